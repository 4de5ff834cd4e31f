/** Calls that ask the same at the same moment: the first is made, the others wait for its answer. */

import { type Timers, within } from '../timers.ts'

/** How the first call ended: with an answer for all, without one, or because its own app hung up. */
export type Landing<Answer> = { readonly how: 'answer'; readonly answer: Answer } | { readonly how: 'nothing' | 'gone' }

export interface Flight<Answer> {
  /** Ends it; only the first time counts. Must be called whatever happens. */
  land(landing: Landing<Answer>): void
}

export class SingleFlight<Answer> {
  readonly #flying = new Map<string, Promise<Landing<Answer>>>()
  readonly #timers: Timers

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /**
   * A flight to end for the first of equal calls; for the others the first one's answer, or undefined when there was none
   * within `waitMs`: then they make their own call. When the first one's app hangs up, the next takes its place.
   */
  async join(
    id: string,
    waitMs: number,
    clock: { now(): number },
  ): Promise<Flight<Answer> | { answer: Answer } | undefined> {
    const deadlineMs = clock.now() + waitMs
    for (;;) {
      const flying = this.#flying.get(id)
      if (!flying) return this.#begin(id)
      const landing = await within(this.#timers, Math.max(0, deadlineMs - clock.now()), flying)
      if (landing?.how === 'answer') return { answer: landing.answer }
      if (landing?.how !== 'gone') return undefined
    }
  }

  #begin(id: string): Flight<Answer> {
    const { promise, resolve } = Promise.withResolvers<Landing<Answer>>()
    this.#flying.set(id, promise)
    return {
      land: (landing) => {
        if (this.#flying.get(id) === promise) this.#flying.delete(id)
        resolve(landing)
      },
    }
  }
}
