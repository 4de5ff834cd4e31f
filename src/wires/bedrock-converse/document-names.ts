/** Names of documents that this API accepts: a few kinds of characters, and no name twice in a request. */

/** Whatever else stands in a name is refused, as are two spaces in a row and more than 200 characters. */
const FORBIDDEN = /[^\p{L}\p{N}\s\-()[\]]+/gu
const LONGEST = 200

export class DocumentNames {
  readonly #used = new Set<string>()

  /** The title in acceptable form, `document` without one; a name used before gets a number. */
  next(title: string | undefined): string {
    const clean = (title ?? '')
      .replace(FORBIDDEN, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LONGEST - 6)
      .trim()
    const base = clean || 'document'
    let name = base
    for (let again = 2; this.#used.has(name); again++) name = `${base} (${again})`
    this.#used.add(name)
    return name
  }
}
