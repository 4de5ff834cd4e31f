/** One lease's credit on one counter, as the isolate keeps it: what it may use, what it uses, and what it will ask for. */

import type { CounterTerms, CreditGrant, CreditReport } from '../../ports/credit.ts'

/** Credit that nobody took for this long goes back. */
const IDLE_MS = 3000
/** Credit kept for calls to come is at most this share of the limit, so that other isolates find some too. */
const KEPT_SHARE = 8
/** The first call of a line suggests that a few like it follow. */
const FIRST_GUESS = 4

export class CreditLine {
  /** The account's latest word about all leases together. */
  known: { readonly spent: number; readonly reserved: number } | undefined
  #terms: CounterTerms
  #strict: boolean
  #granted = 0
  #spent = 0
  #returned = 0
  #held = 0
  /** Taken since the last report, and about how much a report interval takes. */
  #taken = 0
  #demand: number | undefined
  #takenAtMs = 0
  readonly #waiting = new Map<object, { least: number; amount: number }>()
  #acknowledged: CreditReport | undefined

  constructor(terms: CounterTerms, strict: boolean) {
    this.#terms = terms
    this.#strict = strict
  }

  /** Takes the terms of the latest call: an override may have begun or ended. */
  renew(terms: CounterTerms, strict: boolean): void {
    this.#terms = terms
    this.#strict = strict
  }

  get free(): number {
    return this.#granted - this.#spent - this.#returned - this.#held
  }

  /** What nobody has spent or holds for a call, as far as the account has said; undefined without a limit or a word from it. */
  get left(): number | undefined {
    const { bound } = this.#terms
    if (bound === undefined || !this.known) return undefined
    // What is on its way back still counts as reserved in what the account said.
    const returning = this.#returned - (this.#acknowledged?.returned ?? 0)
    return bound - this.known.spent - this.known.reserved + Math.max(0, this.free) + returning
  }

  /** How much of `amount` could be held now, if at least `least` can. What refuses nothing is always free. */
  fits(least: number, amount: number): number | undefined {
    if (this.#terms.bound === undefined) return amount
    const free = this.free
    return free >= amount ? amount : free >= least ? Math.max(0, free) : undefined
  }

  /** Calls wait for this line, so that credit that comes is theirs first. */
  get awaited(): boolean {
    return this.#waiting.size > 0
  }

  hold(amount: number, nowMs: number): void {
    this.#held += amount
    this.#taken += amount
    this.#takenAtMs = nowMs
    this.#demand ??= amount * FIRST_GUESS
  }

  settle(held: number, spent: number): void {
    this.#held -= held
    this.#spent += spent
  }

  wait(waiter: object, least: number, amount: number): void {
    this.#waiting.set(waiter, { least, amount })
  }

  stopWaiting(waiter: object): void {
    this.#waiting.delete(waiter)
  }

  /** Spent or returned credit that the account has not confirmed. */
  get unconfirmed(): boolean {
    return this.#spent > (this.#acknowledged?.spent ?? 0) || this.#returned > (this.#acknowledged?.returned ?? 0)
  }

  /** Nobody will use it again: its window is over, nothing is held and the account knows everything. */
  isOver(nowMs: number): boolean {
    return nowMs > this.#terms.untilMs && this.#held === 0 && this.free <= 0 && !this.awaited && !this.unconfirmed
  }

  /** What to tell the account; undefined when it would learn nothing. `last`: nobody will take from here any more. */
  report(nowMs: number, last: boolean): CreditReport | undefined {
    this.#adapt()
    const spare = this.#spare(nowMs, last)
    // What came for a call that has not taken it yet is not spare: the report before this one asked for it.
    if (this.free > spare * 2 && !this.awaited) this.#returned += this.free - spare
    const used = this.#spent + this.#returned + this.#held
    const waiting = [...this.#waiting.values()]
    const smallest = Math.min(...waiting.map((each) => each.least))
    const least = waiting.length > 0 ? used + smallest : 0
    const need = waiting.length > 0 ? used + waiting.reduce((sum, { amount }) => sum + amount, 0) : 0
    // Asking for a little at every report would be a question too many.
    const low = this.free < spare / 2 || waiting.length > 0
    const want = this.#terms.bound === undefined ? used : low ? Math.max(need, used) + spare : 0
    const totals = { spent: this.#spent, returned: this.#returned, least, need, want }
    const report = { ...this.#terms, ...totals, ...(waiting.length > 0 && { smallest }) }
    return this.#isNews(report) ? report : undefined
  }

  /** Takes the account's answer to a report. */
  acknowledge(report: CreditReport, grant: CreditGrant | undefined): void {
    const before = this.#acknowledged
    this.#acknowledged = {
      ...report,
      spent: Math.max(report.spent, before?.spent ?? 0),
      returned: Math.max(report.returned, before?.returned ?? 0),
    }
    if (!grant) return
    this.#granted = Math.max(this.#granted, grant.granted)
    this.known = { spent: grant.spent, reserved: grant.reserved }
  }

  /** Asks for about twice what the time between two reports takes. */
  #adapt(): void {
    if (this.#demand !== undefined) this.#demand = Math.max(this.#taken * 2, Math.floor(this.#demand / 2))
    this.#taken = 0
  }

  #spare(nowMs: number, last: boolean): number {
    const { bound, untilMs } = this.#terms
    if (last || this.#strict || bound === undefined || nowMs >= untilMs || nowMs - this.#takenAtMs > IDLE_MS) return 0
    return Math.min(this.#demand ?? 0, Math.floor(bound / KEPT_SHARE))
  }

  #isNews(report: CreditReport): boolean {
    const before = this.#acknowledged
    if (!before) return true
    const asks = this.#terms.bound === undefined ? report.want !== before.want : report.want > this.#granted
    return report.spent > before.spent || report.returned > before.returned || report.need > 0 || asks
  }
}
