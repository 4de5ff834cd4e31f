/** A copy of a reply that streams, within a bound, for the calls that will be answered with it again. */

import { joinBytes } from '../ground/join-bytes.ts'

/** Larger answers are not kept. */
export const MAX_KEPT_BYTES = 1024 * 1024

export class ReplyTape {
  #chunks: Uint8Array[] = []
  #length = 0
  readonly #ended = Promise.withResolvers<boolean>()

  /** Resolves when the stream is over: whether its client got a complete answer. */
  get ended(): Promise<boolean> {
    return this.#ended.promise
  }

  push(bytes: Uint8Array): void {
    this.#length += bytes.length
    if (this.#length > MAX_KEPT_BYTES) this.#chunks = []
    else this.#chunks.push(bytes.slice())
  }

  end(complete: boolean): void {
    this.#ended.resolve(complete)
  }

  /** All of it; undefined when it was too long. */
  bytes(): Uint8Array | undefined {
    return this.#length > MAX_KEPT_BYTES ? undefined : joinBytes(this.#chunks)
  }
}
