/** Random text for ids and secrets, from an injected source of bytes. */

/** Fills a new array of `length` with cryptographically random bytes. */
export type RandomBytes = (length: number) => Uint8Array

export const secureRandomBytes: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length))

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `length` base62 characters, each uniform (5.95 bits); bytes that would bias are thrown away. */
export function randomBase62(length: number, randomBytes: RandomBytes = secureRandomBytes): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && text.length < length) text += BASE62[byte % 62]
    }
  }
  return text
}
