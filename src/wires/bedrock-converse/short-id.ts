/** Tool-call ids within this API's 64 characters. */

const LONGEST = 64
/** Ids with other characters grow by a checksum when they are rewritten. */
const LONGEST_TO_REWRITE = 52
const VALID = /^[a-zA-Z0-9_-]+$/

/** The id itself, or its two ends when it is too long: ids differ in what is random, which stands at their end. */
export function shortId(id: string): string {
  if (id.length <= (VALID.test(id) ? LONGEST - 4 : LONGEST_TO_REWRITE)) return id
  return `${id.slice(0, 10)}_${id.slice(-40)}`
}
