/** How edge models read text: one normal form, one rule for what a token is, one limit on length. */

/** Longest text a classifier reads, in UTF-16 units; the rest is neither read nor counted. */
export const MAX_INPUT_CHARACTERS = 2000

const TOKEN = /[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]/gu

/** Tokens of the part that is read: runs of letters, digits and marks, and every other visible sign alone; lower case. */
export function readTokens(text: string): string[] {
  // Normalising can lengthen text (one Arabic ligature becomes 18 letters), so the limit holds before and after.
  const normal = cut(cut(text).normalize('NFKC').toLowerCase())
  return normal.match(TOKEN) ?? []
}

/** Tokens of a text of any length, by the same rule. */
export function countTokens(text: string): number {
  return text.match(TOKEN)?.length ?? 0
}

/** The first `tokens` tokens of a text with the space between them. */
export function firstTokens(text: string, tokens: number): string {
  let end = 0
  let count = 0
  for (const match of text.matchAll(TOKEN)) {
    if (count === tokens) return text.slice(0, end)
    end = match.index + match[0].length
    count++
  }
  return text
}

/** Cuts at the limit without leaving half a surrogate pair. */
function cut(text: string): string {
  if (text.length <= MAX_INPUT_CHARACTERS) return text
  const last = text.charCodeAt(MAX_INPUT_CHARACTERS - 1)
  const splitsPair = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, splitsPair ? MAX_INPUT_CHARACTERS - 1 : MAX_INPUT_CHARACTERS)
}
