/** The embedded embedder: words and pieces of words, hashed into a vector. It knows spelling, not meaning, and needs no weights. */

import type { Embedder } from '../ports/embedder.ts'
import { readTokens } from './text-tokens.ts'

const DIMENSIONS = 512
const WORD_WEIGHT = 1
const PAIR_WEIGHT = 0.5
const PIECE_WEIGHT = 0.35
const PIECE_LENGTHS = [3, 4]
/** What nearly every English question has; such words say little of what it is about. */
const USUAL = new Set(
  `a an the is are was were be am do does did can could would will shall should may might must have has had of to in on at for from by
  with and or but if so as it its this that these those i me my we our you your he she they them what who which when where why how
  please tell show let know want need like there here thanks thank hi hello ? ! . , : ; ' "`.split(/\s+/),
)
const USUAL_WEIGHT = 0.15

/** The same text gives the same bits on every machine: sums, products and one square root. */
export const hashedEmbedder: Embedder = {
  name: 'hashed-1',
  knows: 'spelling',
  dimensions: DIMENSIONS,
  embed(text) {
    const sums = new Float64Array(DIMENSIONS)
    let before = ''
    for (const token of readTokens(text)) {
      const weight = USUAL.has(token) ? USUAL_WEIGHT : 1
      add(sums, `w ${token}`, WORD_WEIGHT * weight)
      if (before) add(sums, `p ${before} ${token}`, PAIR_WEIGHT * weight)
      for (const piece of piecesOf(token)) add(sums, `c ${piece}`, PIECE_WEIGHT * weight)
      before = token
    }
    return unit(sums)
  },
}

function piecesOf(token: string): string[] {
  const framed = `<${token}>`
  return PIECE_LENGTHS.flatMap((length) =>
    Array.from({ length: Math.max(0, framed.length - length + 1) }, (_, at) => framed.slice(at, at + length)),
  )
}

/** Two places with signs from the hash, so that a collision adds noise rather than likeness. */
function add(sums: Float64Array, feature: string, weight: number): void {
  const hash = fnv1a(feature)
  const sign = hash & 0x8000_0000 ? -1 : 1
  const place = hash % DIMENSIONS
  const other = (hash >>> 11) % DIMENSIONS
  sums[place] = (sums[place] ?? 0) + sign * weight
  sums[other] = (sums[other] ?? 0) + (hash & 0x400 ? -weight : weight)
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index)
    hash = Math.imul(hash, 0x01000193)
  }
  // The last letters would otherwise hardly move the high bits.
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return (hash ^ (hash >>> 12)) >>> 0
}

function unit(sums: Float64Array): Float32Array {
  const length = Math.sqrt(sums.reduce((total, value) => total + value * value, 0))
  return Float32Array.from(sums, (value) => (length === 0 ? 0 : value / length))
}
