/** Digests that two calls share only if every one of their facts is the same. */

import { sha256Hex } from '../../ground/sha256.ts'

/** Written before everything else; a new number forgets all answers. */
const VERSION = 'sluice-cache-1'

/**
 * The facts as one text from which each can be read back: every one with its length before it, so that none can reach into
 * the next. As JSON strings, because half a surrogate pair would be lost in UTF-8.
 */
export function factsText(facts: readonly string[]): string {
  return [VERSION, ...facts]
    .map((fact) => {
      const text = JSON.stringify(fact)
      return `${text.length}:${text}`
    })
    .join('')
}

/** Lower-case hex SHA-256 of the facts. */
export function factsDigest(facts: readonly string[]): Promise<string> {
  return sha256Hex(factsText(facts))
}
