/** Turns tokens into rows of an embedding table: hashed words, word pairs and pieces of words. */

/** What decides which rows a text touches; part of every weight file. */
export interface FeatureShape {
  /** Rows of the table; a power of two. */
  readonly buckets: number
  /** Shortest and longest piece of a word, in UTF-16 units with the `<` and `>` that mark its ends. */
  readonly minGram: number
  readonly maxGram: number
}

const WORD_SEED = 7
const PAIR_SEED = 11
const PIECE_SEED = 13
const KNOWN_SEED = 17
/** A longer word is read up to here, so that one word cannot cost more than about seventy rows. */
const MAX_WORD_CHARACTERS = 24

/** For each token the rows it touches: itself, itself after its neighbour, and its pieces. Digits count as one digit. */
export function tokenFeatures(tokens: readonly string[], shape: FeatureShape): Int32Array[] {
  const mask = shape.buckets - 1
  let before = '^'
  return tokens.map((token) => {
    const word = sameDigits(token)
    const rows = [hashText(word, WORD_SEED) & mask, hashText(`${before} ${word}`, PAIR_SEED) & mask]
    if (word.length > 1) addPieces(`<${word.slice(0, MAX_WORD_CHARACTERS)}>`, shape, rows)
    before = word
    return Int32Array.from(rows)
  })
}

/** The bit that stands for a word in a set of `bits` bits (a power of two); two words may share one. */
export function knownWordBit(token: string, bits: number): number {
  return hashText(token, KNOWN_SEED) & (bits - 1)
}

/** True for a token that has a letter: only those can be known or unknown words. */
export function isWord(token: string): boolean {
  return /\p{L}/u.test(token)
}

function addPieces(marked: string, shape: FeatureShape, rows: number[]): void {
  const mask = shape.buckets - 1
  for (let size = shape.minGram; size <= shape.maxGram; size++) {
    for (let at = 0; at + size <= marked.length; at++)
      rows.push(hashText(marked.slice(at, at + size), PIECE_SEED) & mask)
  }
}

function sameDigits(token: string): string {
  return token.replace(/\p{Nd}/gu, '0')
}

/** FNV-1a over UTF-16 units with a final mix, 32 bits unsigned. */
function hashText(text: string, seed: number): number {
  let hash = 2166136261 ^ seed
  for (let at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at)
    hash = Math.imul(hash, 16777619)
  }
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  hash ^= hash >>> 12
  return hash >>> 0
}
