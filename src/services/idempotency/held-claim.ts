/** A claim that is kept alive while its call runs, until it ends with an answer or is given up. */

import type { KeptReply, ReplyClaim, ReplyStore } from '../../ports/replies.ts'
import type { Timers } from '../timers.ts'

/** A third of what a claim lasts. */
const RENEW_EVERY_MS = 10_000

export interface HeldClaimOptions {
  readonly store: ReplyStore
  readonly claim: ReplyClaim
  readonly timers: Timers
  /** Keeps the call's context alive, so that the claim ends also when its client has gone. */
  readonly waitUntil: (promise: Promise<unknown>) => void
}

export class HeldClaim {
  readonly #options: HeldClaimOptions
  #over = false
  #stopBeat = (): void => undefined
  #renewing: Promise<unknown> = Promise.resolve()
  readonly #ended = Promise.withResolvers<void>()

  constructor(options: HeldClaimOptions) {
    this.#options = options
    options.waitUntil(this.#ended.promise)
    this.#beat()
  }

  /** Ends the claim: with the answer, or with `undefined` for one that is too large to keep. Never throws. */
  keep(reply: KeptReply | undefined): Promise<void> {
    return this.#end(() => this.#options.store.keep(this.#options.claim, reply))
  }

  /** Ends the claim without an answer: the next call with the key is a new one. Never throws. */
  release(): Promise<void> {
    return this.#end(() => this.#options.store.release(this.#options.claim))
  }

  #beat(): void {
    const { store, claim, timers } = this.#options
    this.#stopBeat = timers.after(RENEW_EVERY_MS, () => {
      this.#renewing = store.claim(claim, 0).catch((error: unknown) => logFailure('renewing a claim', error))
      this.#beat()
    })
  }

  async #end(tell: () => Promise<void>): Promise<void> {
    if (this.#over) return
    this.#over = true
    this.#stopBeat()
    // A renewal that came after the end would hold the key again.
    await this.#renewing
    try {
      await tell()
    } catch (error) {
      // The claim runs out by itself; then the next call with the key is a new one.
      logFailure('ending a claim', error)
    }
    this.#ended.resolve()
  }
}

function logFailure(failed: string, error: unknown): void {
  const name = error instanceof Error ? error.name : 'unknown'
  console.error(JSON.stringify({ level: 'error', failed, error: name }))
}
