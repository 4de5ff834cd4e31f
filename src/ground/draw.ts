/** Draws that come out the same for the same words, so that isolates agree without talking to each other. */

/**
 * A number from 0 (included) to 1 (not), spread evenly over different words and the same for the same ones: 53 bits of cyrb53
 * (public domain, by bryc). Not for secrets. The words' lengths count, so that "ab","c" and "a","bc" differ.
 */
export function fractionOf(...words: readonly string[]): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  const text = words.map((word) => `${word.length}:${word}`).join('')
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)) / 2 ** 53
}
