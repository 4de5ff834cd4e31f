/** Damages text and bytes below the level of JSON: cut off, bits flipped, pieces doubled. */

import type { Random } from './random.ts'

/** Changes one thing. */
export function mutateText(random: Random, text: string): string {
  const at = random.below(text.length + 1)
  const end = at + random.below(text.length - at + 1)
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(0, at) + text.slice(end)
    case 2:
      return text.slice(0, end) + text.slice(at)
    case 3:
      return `${text.slice(0, at)}${random.pick(INSERTS)}${text.slice(at)}`
    case 4:
      return text.replace(/-?\d+(\.\d+)?/, random.pick(NUMBERS))
    case 5:
      return deeper(random.pick(LEVELS), text)
    default:
      return flipped(random, text, at)
  }
}

const INSERTS = ['{', '}', '[', ']', '"', '\\', ',', 'null', '\u0000', '\ufeff', '\ud800', ' ', '[DONE]', '"error":{}']
const NUMBERS = ['1e999', '-0', '99999999999999999999', '1e-400', '-1', '0.1', 'NaN']

/** Few levels that any reader bears, and more than can be written again. */
const LEVELS = [5, 400, 501, 6000, 50_000]

function deeper(levels: number, text: string): string {
  return `${'{"content":['.repeat(levels)}${text}${']}'.repeat(levels)}`
}

function flipped(random: Random, text: string, at: number): string {
  const code = text.charCodeAt(at)
  if (Number.isNaN(code)) return text
  return text.slice(0, at) + String.fromCharCode(code ^ (1 << random.below(8))) + text.slice(at + 1)
}

/** A copy with some of its bits flipped. */
export function flipBits(random: Random, bytes: Uint8Array, flips: number): Uint8Array {
  const copy = bytes.slice()
  for (let flip = 0; flip < flips && copy.length > 0; flip++) {
    const at = random.below(copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
  }
  return copy
}
