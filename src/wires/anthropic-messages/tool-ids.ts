/** Tool-call ids that this wire accepts (letters, digits, `_` and `-`, unique in a request) for ids of any make. */

const VALID = /^[a-zA-Z0-9_-]+$/

/**
 * Gives each call of a conversation its id and each result the id of the call it answers, in order of appearance. Good
 * ids stay. An id with other characters (Kimi: `functions.add:0`) is rewritten the same way every time; an id used again
 * in a later turn gets a number; calls and results without ids (Gemini) are matched by order.
 */
export class ToolIds {
  readonly #used = new Set<string>()
  readonly #latest = new Map<string, string>()
  readonly #nameless: string[] = []
  #count = 0

  forCall(id: string): string {
    const base = id === '' ? `toolu_gen_${this.#count++}` : safeToolId(id)
    let given = base
    for (let again = 2; this.#used.has(given); again++) given = `${base}_${again}`
    this.#used.add(given)
    if (id === '') this.#nameless.push(given)
    else this.#latest.set(id, given)
    return given
  }

  forResult(id: string): string {
    if (id === '') return this.#nameless.shift() ?? 'toolu_gen_unknown'
    return this.#latest.get(id) ?? safeToolId(id)
  }
}

/** The id itself if this wire accepts it, else a readable form with a checksum that keeps different ids apart. */
export function safeToolId(id: string): string {
  if (VALID.test(id)) return id
  return `${id.replace(/[^a-zA-Z0-9_-]/g, '_')}_${checksum(id)}`
}

/** 32-bit FNV-1a, in hexadecimal. */
function checksum(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
