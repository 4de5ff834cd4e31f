/** Tool-call ids of the length a vendor demands, made from the client's ids so that calls and results still match. */

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** One request's ids. The same id always gives the same result, and two ids of one request never the same. */
export class ToolIds {
  readonly #length: number | undefined
  readonly #given = new Map<string, string>()
  readonly #taken = new Set<string>()

  /** Without a length ids pass through. */
  constructor(length: number | undefined) {
    this.#length = length
  }

  /** The id to send for the client's `id`. One that fits already is kept. */
  of(id: string): string {
    const length = this.#length
    if (length === undefined) return id
    const known = this.#given.get(id)
    if (known !== undefined) return known
    let candidate = fits(id, length) ? id : shortened(id, length)
    for (let attempt = 1; this.#taken.has(candidate); attempt++) candidate = shortened(`${id}#${attempt}`, length)
    this.#given.set(id, candidate)
    this.#taken.add(candidate)
    return candidate
  }
}

function fits(id: string, length: number): boolean {
  return id.length === length && /^[A-Za-z0-9]+$/.test(id)
}

/** A 64-bit FNV-1a hash, stretched to `length` base62 characters. */
function shortened(id: string, length: number): string {
  let text = ''
  for (let round = 0; text.length < length; round++) {
    let hash = 0xcbf29ce484222325n
    for (const byte of new TextEncoder().encode(`${round}:${id}`)) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
    }
    // Ten base62 digits hold 59.5 bits: the top ones of each hash would not be uniform, so they are left out.
    for (let digit = 0; digit < 10; digit++, hash /= 62n) text += BASE62[Number(hash % 62n)]
  }
  return text.slice(0, length)
}
