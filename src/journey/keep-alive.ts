/** Shows a waiting client that its stream still stands, and finds out when nobody listens any more. */

import type { Clock } from '../ports/clock.ts'
import type { Timers } from '../services/timers.ts'

export interface KeepAliveOptions {
  readonly afterMs: number
  /** A comment or an event without meaning, in the client's wire. */
  readonly bytes: Uint8Array
  readonly timers: Timers
  readonly clock: Clock
}

const NEWLINE = 0x0a

/** One timer for the whole stream: a chunk costs two assignments. */
export class KeepAlive {
  clientGone = false
  #sentAtMs: number
  #last: Uint8Array | undefined
  #cancel: () => void
  #stopped = false
  readonly #options: KeepAliveOptions
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>
  readonly #onGone: () => void

  constructor(options: KeepAliveOptions, writer: WritableStreamDefaultWriter<Uint8Array>, onGone: () => void) {
    this.#options = options
    this.#writer = writer
    this.#onGone = onGone
    this.#sentAtMs = options.clock.now()
    this.#cancel = this.#arm(options.afterMs)
  }

  /** That went to the client. */
  sent(bytes: Uint8Array): void {
    this.#last = bytes
    this.#sentAtMs = this.#options.clock.now()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel()
  }

  #arm(delayMs: number): () => void {
    return this.#options.timers.after(delayMs, () => {
      if (this.#stopped) return
      const quietMs = this.#options.clock.now() - this.#sentAtMs
      if (quietMs >= this.#options.afterMs) this.#send()
      this.#cancel = this.#arm(Math.max(1, this.#options.afterMs - (this.#options.clock.now() - this.#sentAtMs)))
    })
  }

  #send(): void {
    this.#sentAtMs = this.#options.clock.now()
    // In the middle of an event a comment would become part of it; before the first event the head may not be out yet.
    if (!this.#last || !endsEvent(this.#last)) return
    this.#writer.write(this.#options.bytes).catch(() => {
      this.clientGone = true
      this.#onGone()
    })
  }
}

/** An empty line ends an event. */
function endsEvent(bytes: Uint8Array): boolean {
  if (bytes.at(-1) !== NEWLINE) return false
  return bytes.at(-2) === NEWLINE || (bytes.at(-2) === 0x0d && bytes.at(-3) === NEWLINE)
}
