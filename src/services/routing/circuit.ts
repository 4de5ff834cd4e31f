/** A circuit breaker: what fails again and again is left alone for a while, then tried with one call. */

/** Failures in a row after which it opens. */
const FAILURES_IN_A_ROW = 5
/** Or half of the last so many. */
const RECENT = 20
const OPEN_MS = 5000
const LONGEST_OPEN_MS = 60_000
/** A probe that never came back does not keep everybody out for ever. */
const PROBE_MS = 60_000

export type CircuitState = 'closed' | 'open' | 'half-open'

/** One for each thing that may fail by itself. Times are milliseconds since the epoch. */
export class Circuit {
  #failuresInARow = 0
  #recent: boolean[] = []
  /** How many times it has opened since it last closed. */
  #opened = 0
  #openUntilMs = 0
  #probedAtMs: number | undefined
  #pausedUntilMs = 0
  #limited = false

  /** Closed: calls pass. Half-open: one may try. */
  state(nowMs: number): CircuitState {
    if (nowMs < this.#pausedUntilMs) return 'open'
    if (this.#opened === 0) return 'closed'
    return nowMs < this.#openUntilMs ? 'open' : 'half-open'
  }

  /** True when a call may go: always while closed, one at a time while half-open. */
  enter(nowMs: number): boolean {
    const state = this.state(nowMs)
    if (state !== 'half-open') return state === 'closed'
    if (this.#probedAtMs !== undefined && nowMs < this.#probedAtMs + PROBE_MS) return false
    this.#probedAtMs = nowMs
    return true
  }

  /** Why it has the peace that it asked for; undefined when it has none. */
  paused(nowMs: number): 'limited' | 'resting' | undefined {
    if (nowMs >= this.#pausedUntilMs) return undefined
    return this.#limited ? 'limited' : 'resting'
  }

  /** When somebody may try again. */
  get retryAtMs(): number {
    return Math.max(this.#pausedUntilMs, this.#opened > 0 ? this.#openUntilMs : 0)
  }

  succeeded(): void {
    this.#note(true)
    this.#failuresInARow = 0
    if (this.#opened > 0) this.#recent = []
    this.#opened = 0
    this.#probedAtMs = undefined
  }

  failed(nowMs: number): void {
    this.#note(false)
    this.#failuresInARow++
    const failures = this.#recent.filter((good) => !good).length
    const bad = this.#recent.length >= RECENT && failures * 2 >= RECENT
    if (this.#opened > 0 || bad || this.#failuresInARow >= FAILURES_IN_A_ROW) this.#open(nowMs)
  }

  /** A call that says nothing of the thing's health: the app hung up, or nothing was sent. */
  forgot(): void {
    this.#probedAtMs = undefined
  }

  /** It asked for peace until then; that is no failure. `limited`: because it was asked too often. */
  pause(untilMs: number, limited = false): void {
    this.#limited = limited
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs)
    this.#probedAtMs = undefined
  }

  /** Opens at once: what was refused will be refused again. */
  refused(nowMs: number): void {
    this.#open(nowMs)
  }

  #note(good: boolean): void {
    this.#recent.push(good)
    if (this.#recent.length > RECENT) this.#recent.shift()
  }

  #open(nowMs: number): void {
    // Calls that were under way when it opened say nothing new.
    if (nowMs < this.#openUntilMs) return
    this.#openUntilMs = nowMs + Math.min(LONGEST_OPEN_MS, OPEN_MS * 2 ** this.#opened)
    this.#opened++
    this.#probedAtMs = undefined
  }
}
