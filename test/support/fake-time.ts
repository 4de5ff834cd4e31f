/** Time that moves only when a test says so: a clock and timers in one. */

import type { Clock } from '../../src/ports/clock.ts'
import type { Timers } from '../../src/services/timers.ts'

interface Pending {
  readonly atMs: number
  readonly action: () => void
}

export class FakeTime implements Clock, Timers {
  #nowMs: number
  #pending = new Set<Pending>()

  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  now(): number {
    return this.#nowMs
  }

  after(delayMs: number, action: () => void): () => void {
    const pending = { atMs: this.#nowMs + delayMs, action }
    this.#pending.add(pending)
    return () => {
      this.#pending.delete(pending)
    }
  }

  /** Runs everything that falls due within `ms`, in order, with all promises settled in between. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await settle()
    for (;;) {
      const next = this.#next(untilMs)
      if (!next) break
      this.#pending.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.action()
      await settle()
    }
    this.#nowMs = untilMs
  }

  /** Every timer vanishes without running, as when the request that set it dies. */
  loseTimers(): void {
    this.#pending.clear()
  }

  #next(untilMs: number): Pending | undefined {
    let next: Pending | undefined
    for (const pending of this.#pending) {
      if (pending.atMs <= untilMs && (!next || pending.atMs < next.atMs)) next = pending
    }
    return next
  }
}

/** Waits until no promise has anything left to do. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
