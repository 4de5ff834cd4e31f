/** What an isolate knows of one lease: the slots it may use, the calls in flight on it and the rows not yet acknowledged. */

import type { Lease, LedgerRow, SyncAnswer, SyncReport } from '../../ports/accounts.ts'
import { LeaseCredit, type SentCredit } from './lease-credit.ts'

/** Rows in one report; at under 2 kB each far below what one remote call may carry. */
const MAX_ROWS_PER_REPORT = 1000
/** A lease is shorter than this only if clocks disagree. */
const MIN_LEASE_MS = 1000

/** A report under way; only the latest one's answer counts, and all of them are safe to deliver. */
export interface Sending {
  readonly report: SyncReport
  readonly askedAtMs: number
  readonly credit: SentCredit
}

export class LeaseHold {
  readonly id: string
  readonly credit = new LeaseCredit()
  /** Calls admitted and not yet settled. */
  inFlight = 0
  /** No further call is admitted; the lease is closed once nothing is in flight. */
  retired = false
  lastUsedAtMs: number
  #slots = 0
  #used = 0
  #acknowledgedUsed = 0
  #acknowledgedAtMs = 0
  #trustedUntilMs = 0
  #lengthMs = 0
  readonly #rows: LedgerRow[] = []
  #latest: Sending | undefined

  constructor(lease: Lease, askedAtMs: number) {
    this.id = lease.id
    this.lastUsedAtMs = askedAtMs
    this.#extend(lease, askedAtMs)
  }

  /** Slots that may be used now without asking. */
  left(nowMs: number): number {
    return this.retired || !this.trusted(nowMs) ? 0 : this.#slots - this.#used
  }

  /** The account surely still counts this lease as open, so that its credit may be used. */
  trusted(nowMs: number): boolean {
    return nowMs < this.#trustedUntilMs
  }

  /** The next slot; call only while `left` is positive. */
  take(nowMs: number): number {
    this.inFlight++
    this.lastUsedAtMs = nowMs
    return this.#used++
  }

  settle(row: LedgerRow, nowMs: number): void {
    this.inFlight--
    this.lastUsedAtMs = nowMs
    this.#rows.push(row)
  }

  get waitingRows(): number {
    return this.#rows.length
  }

  /** Slots used that the account may not know of. */
  get unnamed(): number {
    return this.#used - this.#acknowledgedUsed
  }

  /** There is something the account should hear. */
  get dirty(): boolean {
    return this.#rows.length > 0 || this.unnamed > 0 || this.closable || this.credit.dirty
  }

  /** Every call has settled and no more will come. */
  get closable(): boolean {
    return this.retired && this.inFlight === 0
  }

  /** How often the account must hear of this lease to keep it. */
  get beatMs(): number {
    return this.#lengthMs / 3
  }

  /** True when the account has not been heard of for most of a beat. */
  beatDue(nowMs: number): boolean {
    return nowMs - this.#acknowledgedAtMs >= this.beatMs * 0.9
  }

  /** The next report. It closes the lease if nothing is left to come. */
  send(want: number, nowMs: number): Sending {
    const credit = this.credit.send(nowMs, this.retired)
    const report: SyncReport = {
      leaseId: this.id,
      used: this.#used,
      rows: this.#rows.slice(0, MAX_ROWS_PER_REPORT),
      want: this.retired ? 0 : want,
      close: this.closable && this.#rows.length <= MAX_ROWS_PER_REPORT && credit.complete,
      ...(credit.reports.length > 0 && { credit: credit.reports.map(([, report]) => report) }),
    }
    this.#latest = { report, askedAtMs: nowMs, credit }
    return this.#latest
  }

  /** Takes the account's answer to the latest report and gives the number of rows now safe; an older one's is ignored. */
  acknowledge(sending: Sending, { lease, credit = [] }: SyncAnswer): number {
    if (this.#latest !== sending) return 0
    this.#latest = undefined
    const { report, askedAtMs } = sending
    const safe = this.#rows.splice(0, report.rows.length).length
    this.#acknowledgedUsed = report.used
    this.#acknowledgedAtMs = askedAtMs
    this.credit.acknowledge(sending.credit, credit)
    if (lease) this.#extend(lease, askedAtMs)
    else this.retired = true
    return safe
  }

  /** The account has closed the lease, so it has every row; gives the number of those still kept here. */
  forget(): number {
    return this.#rows.splice(0).length
  }

  #extend(lease: Lease, askedAtMs: number): void {
    this.#slots = Math.max(this.#slots, lease.slots)
    this.#lengthMs = Math.max(MIN_LEASE_MS, lease.expiresAtMs - askedAtMs)
    this.#acknowledgedAtMs = askedAtMs
    // A tenth is kept back for the way of the next report.
    this.#trustedUntilMs = askedAtMs + this.#lengthMs * 0.9
  }
}
