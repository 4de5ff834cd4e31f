/** One isolate's dealings with one team's account: slots in advance, rows in batches, nothing asked per call. */

import type { GatewayError } from '../../ground/error.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { AccountStore, LedgerQuery, LedgerRow } from '../../ports/accounts.ts'
import type { Clock } from '../../ports/clock.ts'
import { requestIdOf } from '../../stores/lease-rules.ts'
import { normaliseRow } from '../../stores/normalise-row.ts'
import { sleep, type Timers, within } from '../timers.ts'
import { BACKLOG, UNREACHABLE, UNREADABLE } from './desk-errors.ts'
import { holdCredit } from './hold-credit.ts'
import { LeaseHold } from './lease-hold.ts'
import { isFull, type Load } from './load.ts'
import type { Slot, WaitUntil } from './slot.ts'

/** The account hears of used slots this soon, so that a crash can name its calls. */
const NAME_WITHIN_MS = 50
/** Rows wait this long for company, or until this many are there. */
const FLUSH_AFTER_MS = 250
const FLUSH_AT_ROWS = 200
/** An isolate without calls gives its lease back after this. */
const LINGER_MS = 3000
const MIN_WANT = 16
const MAX_WANT = 512
/**
 * After its reply a request lives for 30 s more at most, and what it carries dies with it, a report under way too. So another
 * request takes the reports over from one that has carried them for this long.
 */
const CARRY_MS = 10_000
/** A report or a timer that takes this much longer than it should died with the request that carried it. */
const LOST_AFTER_MS = 3000
const LOST_TIMER_MS = 1000
/** Longer than a lost report, so that those who waited for it see the next one. */
const ADMIT_WITHIN_MS = 5000
const MIN_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 5000

export interface DeskOptions {
  readonly account: AccountStore
  readonly clock: Clock
  readonly timers: Timers
  readonly load: Load
}

interface UnderWay {
  readonly promise: Promise<boolean>
  readonly startedAtMs: number
}

/** The request on whose time reports are sent. */
interface Carrier {
  readonly waitUntil: WaitUntil
  readonly carriedSinceMs: number
}

export class AccountDesk {
  readonly #account: AccountStore
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #load: Load
  /** The lease that calls are admitted on. */
  #current: LeaseHold | undefined
  /** All leases with anything left to say, the current one included. */
  readonly #holds = new Map<LeaseHold, UnderWay | undefined>()
  #want = MIN_WANT
  #waiting = 0
  #refill: UnderWay | undefined
  #failures = 0
  #retryAtMs = 0
  #dueAtMs: number | undefined
  /** Since when one request has carried the reports. */
  #carriedSinceMs = 0
  #ticket = 0

  constructor({ account, clock, timers, load }: DeskOptions) {
    this.#account = account
    this.#clock = clock
    this.#timers = timers
    this.#load = load
  }

  /** A slot at once when the isolate holds one. */
  admit(waitUntil: WaitUntil): Slot | Promise<Result<Slot, GatewayError>> {
    return this.#take(waitUntil) ?? this.#admitLater(waitUntil)
  }

  /** Reports everything now and gives idle leases back; what could not be delivered stays. */
  async flush(): Promise<void> {
    if (this.#current?.inFlight === 0) this.#retire(this.#current)
    // Twice: a report already under way does not hold what came after it.
    for (let round = 0; round < 2; round++) {
      const dirty = [...this.#holds.keys()].filter((hold) => hold.dirty)
      await Promise.all(dirty.map((hold) => this.#send(hold)))
    }
  }

  /** Settled calls, those of this isolate included. Fails as `unavailable` when the account cannot be reached. */
  async find(query: LedgerQuery): Promise<Result<readonly LedgerRow[], GatewayError>> {
    const dirty = [...this.#holds.keys()].filter((hold) => hold.waitingRows > 0)
    await Promise.all(dirty.map((hold) => this.#send(hold)))
    try {
      return ok((await this.#account.rows(query)).rows)
    } catch (error) {
      this.#noteFailure(error)
      return err(UNREADABLE)
    }
  }

  #take(waitUntil: WaitUntil): Slot | undefined {
    const now = this.#clock.now()
    const hold = this.#current
    const left = hold?.left(now) ?? 0
    if (!hold || left <= 0 || isFull(this.#load)) return undefined
    const slot = hold.take(now)
    this.#load.calls++
    this.#wake(left * 4 < this.#want ? 0 : NAME_WITHIN_MS, waitUntil)
    return this.#slot(hold, requestIdOf(hold.id, slot), waitUntil)
  }

  #slot(hold: LeaseHold, requestId: string, waitUntil: WaitUntil): Slot {
    let settled = false
    let stopBeat = this.#timers.after(hold.beatMs, () => beat())
    // A call longer than the lease keeps it alive itself: nobody else may be there to do it.
    const beat = (): void => {
      if (settled || !this.#holds.has(hold)) return
      if (hold.beatDue(this.#clock.now())) waitUntil(this.#send(hold))
      stopBeat = this.#timers.after(hold.beatMs, beat)
    }
    return {
      requestId,
      hold: (needs, strict) => {
        if (hold.credit.full && this.#current === hold) this.#retire(hold)
        const send = (): Promise<boolean> => {
          const sending = this.#send(hold)
          waitUntil(sending)
          return sending
        }
        return holdCredit({ hold, needs, strict, clock: this.#clock, timers: this.#timers, send })
      },
      settle: (row) => {
        if (settled) return
        settled = true
        stopBeat()
        hold.settle(normaliseRow({ ...row, requestId }), this.#clock.now())
        this.#load.calls--
        this.#load.waitingRows++
        this.#wake(hold.waitingRows >= FLUSH_AT_ROWS ? 0 : FLUSH_AFTER_MS, waitUntil)
      },
    }
  }

  async #admitLater(waitUntil: WaitUntil): Promise<Result<Slot, GatewayError>> {
    this.#waiting++
    const deadlineMs = this.#clock.now() + ADMIT_WITHIN_MS
    try {
      for (let attempt = 0; attempt < 5; attempt++) {
        if (isFull(this.#load)) return err(BACKLOG)
        if (this.#failures > 0 && this.#clock.now() < this.#retryAtMs) return err(UNREACHABLE)
        const leftMs = deadlineMs - this.#clock.now()
        if (leftMs <= 0) return err(UNREACHABLE)
        const refilled = await within(this.#timers, Math.min(LOST_AFTER_MS, leftMs), this.#startRefill(waitUntil))
        const slot = this.#take(waitUntil)
        if (slot) return ok(slot)
        if (refilled === false) return err(UNREACHABLE)
      }
      return err(UNREACHABLE)
    } finally {
      this.#waiting--
    }
  }

  /** One refill for all who wait. */
  #startRefill(waitUntil: WaitUntil): Promise<boolean> {
    const startedAtMs = this.#clock.now()
    if (this.#refill && startedAtMs - this.#refill.startedAtMs < LOST_AFTER_MS) return this.#refill.promise
    const promise = this.#refillOnce().finally(() => {
      if (this.#refill?.promise === promise) this.#refill = undefined
    })
    this.#refill = { promise, startedAtMs }
    // Others wait for it too, so it must outlive the request that starts it.
    waitUntil(promise)
    return promise
  }

  async #refillOnce(): Promise<boolean> {
    // Twice: the first may join a report that was under way and knew nothing of what is wanted now.
    for (let round = 0; round < 2 && this.#current; round++) {
      if (!(await this.#send(this.#current))) return false
      if ((this.#current?.left(this.#clock.now()) ?? 0) > 0) return true
    }
    // The account ended the lease, or it has as many slots as a lease may have.
    if (this.#current) this.#retire(this.#current)
    const askedAtMs = this.#clock.now()
    try {
      const lease = await this.#account.openLease(this.#wanted())
      this.#current = new LeaseHold(lease, askedAtMs)
      this.#holds.set(this.#current, undefined)
      this.#noteSuccess()
      return true
    } catch (error) {
      this.#noteFailure(error)
      return false
    }
  }

  #wanted(): number {
    return Math.max(this.#want, this.#waiting)
  }

  #retire(hold: LeaseHold): void {
    hold.retired = true
    if (this.#current === hold) this.#current = undefined
  }

  /** Calls `#sendAll` after `delayMs` on this request's time, unless that is already going to happen as soon. */
  #wake(delayMs: number, waitUntil: WaitUntil, carriedSinceMs = this.#clock.now()): void {
    const now = this.#clock.now()
    const atMs = Math.max(now + delayMs, this.#retryAtMs)
    const due = this.#dueAtMs
    const relieves = carriedSinceMs - this.#carriedSinceMs > CARRY_MS
    if (due !== undefined && due <= atMs && now < due + LOST_TIMER_MS && !relieves) return
    this.#dueAtMs = relieves && due !== undefined && due > now ? Math.min(due, atMs) : atMs
    this.#carriedSinceMs = carriedSinceMs
    waitUntil(this.#sendAfter(this.#dueAtMs - now, ++this.#ticket, { waitUntil, carriedSinceMs }))
  }

  async #sendAfter(delayMs: number, ticket: number, carrier: Carrier): Promise<void> {
    if (delayMs > 0) await sleep(this.#timers, delayMs)
    if (ticket !== this.#ticket) return
    this.#dueAtMs = undefined
    await this.#sendAll(carrier)
  }

  async #sendAll({ waitUntil, carriedSinceMs }: Carrier): Promise<void> {
    const idle = this.#current
    if (idle && idle.inFlight === 0 && this.#clock.now() - idle.lastUsedAtMs >= LINGER_MS) this.#retire(idle)
    await Promise.all([...this.#holds.keys()].filter((hold) => hold.dirty).map((hold) => this.#send(hold)))
    const holds = [...this.#holds.keys()]
    if (holds.some((hold) => hold.dirty)) this.#wake(NAME_WITHIN_MS, waitUntil, carriedSinceMs)
    else if (this.#current?.inFlight === 0) {
      const lingerMs = this.#current.lastUsedAtMs + LINGER_MS - this.#clock.now()
      this.#wake(Math.max(1, lingerMs), waitUntil, carriedSinceMs)
    }
  }

  /** Sends one report, or joins the one under way; false if the account could not be reached. */
  #send(hold: LeaseHold): Promise<boolean> {
    const startedAtMs = this.#clock.now()
    const underWay = this.#holds.get(hold)
    if (underWay && startedAtMs - underWay.startedAtMs < LOST_AFTER_MS) return underWay.promise
    const promise = this.#sendOnce(hold).finally(() => {
      if (this.#holds.get(hold)?.promise === promise) this.#holds.set(hold, undefined)
    })
    this.#holds.set(hold, { promise, startedAtMs })
    return promise
  }

  async #sendOnce(hold: LeaseHold): Promise<boolean> {
    this.#adaptWant(hold)
    const sending = hold.send(this.#wanted(), this.#clock.now())
    try {
      const answer = await this.#account.sync(sending.report)
      this.#load.waitingRows -= hold.acknowledge(sending, answer)
      if (hold.retired && this.#current === hold) this.#current = undefined
      if (sending.report.close) {
        this.#holds.delete(hold)
        this.#load.waitingRows -= hold.forget()
      }
      this.#noteSuccess()
      return true
    } catch (error) {
      this.#noteFailure(error)
      return false
    }
  }

  /** Holds about as many slots as two reports use. */
  #adaptWant(hold: LeaseHold): void {
    if (hold.unnamed * 2 > this.#want) this.#want = Math.min(MAX_WANT, this.#want * 2)
    else if (hold.unnamed * 8 < this.#want) this.#want = Math.max(MIN_WANT, this.#want / 2)
  }

  #noteSuccess(): void {
    this.#failures = 0
    this.#retryAtMs = 0
  }

  #noteFailure(error: unknown): void {
    const backoffMs = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** this.#failures++)
    this.#retryAtMs = this.#clock.now() + backoffMs
    const name = error instanceof Error ? error.name : 'unknown'
    console.error(JSON.stringify({ level: 'error', failed: 'reaching the account', error: name, backoffMs }))
  }
}
