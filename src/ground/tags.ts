/** Labels that an app puts on its calls, for limits and reports: `x-sluice-tags: project=apollo, env=prod`. */

/** By name. */
export type Tags = Readonly<Record<string, string>>

/** Letters, digits and `. _ -`, beginning with a letter or digit; 64 at most. */
const TAG_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
/** A row keeps this many; a limit may count by any of them. */
const MOST_TAGS = 10
export const MOST_TAG_VALUE = 200

export function isTagName(text: string): boolean {
  return TAG_NAME.test(text)
}

/** The pairs of a header, the first of each name; what is no pair, and what is beyond the tenth, is left out. */
export function readTags(header: string | null): Tags | undefined {
  if (!header) return undefined
  const tags = new Map<string, string>()
  for (const pair of header.split(',')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, at)).trim()
    const value = pair.slice(at + 1).trim()
    if (at < 0 || !isTagName(name) || value === '' || tags.has(name)) continue
    tags.set(name, value.slice(0, MOST_TAG_VALUE))
    if (tags.size === MOST_TAGS) break
  }
  return tags.size === 0 ? undefined : Object.fromEntries(tags)
}
