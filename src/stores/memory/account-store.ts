/** Accounts in memory, for tests: the same promises as the Account Durable Object. */

import { type RandomBytes, randomBase62, secureRandomBytes } from '../../ground/ids.ts'
import {
  type AccountStore,
  type Accounts,
  type CostRange,
  type GroupField,
  type LedgerQuery,
  type LedgerRow,
  type Rating,
  type Repricing,
  type SyncReport,
  tellsKinds,
  type UnreportedRange,
} from '../../ports/accounts.ts'
import type { AlertPost, AlertQuery, AlertRecord } from '../../ports/alerts.ts'
import type { ArmQuery } from '../../ports/arms.ts'
import type { Clock } from '../../ports/clock.ts'
import type { CounterState, CreditReport } from '../../ports/credit.ts'
import { AlertBook } from '../alert-book.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { endCredit, heldNano, releaseEnded, takeCredit } from '../escrow-book.ts'
import { closingReports, noteGrants, noteReturns, teamAsLease, upwardReports } from '../escrow-upstream.ts'
import {
  DEFAULT_LEASE_MS,
  firstSlots,
  grantedSlots,
  heldRowId,
  lostCreditChange,
  lostCreditRow,
  requestIdOf,
  unreportedRow,
} from '../lease-rules.ts'
import { limitNotice } from '../limit-alerts.ts'
import { normaliseRow } from '../normalise-row.ts'
import { adjustmentOf, moveCounters, withAdjustments } from '../reprice-rules.ts'
import { noticePrices, noticeUnreported } from '../row-alerts.ts'
import { MemoryAlerts } from './alert-tables.ts'
import { countArms } from './count-arms.ts'
import { MemoryEscrow } from './escrow-tables.ts'
import { between, isAskedFor, newestFirst } from './row-order.ts'
import { sumRows } from './sum-rows.ts'

interface MemoryLease {
  readonly id: string
  used: number
  granted: number
  seenAtMs: number
  expiresAtMs: number
  endedAtMs?: number
  closed: boolean
}

export interface MemoryAccountsOptions {
  readonly clock: Clock
  readonly leaseMs?: number
  readonly randomBytes?: RandomBytes
  /** Who would be told of alerts; nothing is sent. */
  readonly receivers?: AlertPost['receivers']
}

/** What all teams of an organisation share. */
interface Organisation {
  readonly escrow: MemoryEscrow
  readonly outbox: MemoryAlerts
}

/** Leases end at the first call after their time, as if an alarm had just run. */
export function memoryAccounts(options: MemoryAccountsOptions): Accounts {
  const accounts = new Map<string, AccountStore>()
  const organisations = new Map<string, Organisation>()
  return (organisation, team) => {
    const name = JSON.stringify([organisation, team])
    const shared = organisations.get(organisation) ?? { escrow: new MemoryEscrow(), outbox: new MemoryAlerts() }
    organisations.set(organisation, shared)
    const account = accounts.get(name) ?? new MemoryAccount(team, shared, options)
    accounts.set(name, account)
    return account
  }
}

class MemoryAccount implements AccountStore {
  readonly #team: string
  readonly #clock: Clock
  readonly #leaseMs: number
  readonly #randomBytes: RandomBytes
  readonly #leases = new Map<string, MemoryLease>()
  /** The row that counts for each call. */
  readonly #rows = new Map<string, LedgerRow>()
  /** By the call's id. */
  readonly #adjustments = new Map<string, readonly LedgerRow[]>()
  readonly #ratings = new Map<string, number>()
  readonly #escrow = new MemoryEscrow()
  readonly #outbox = new MemoryAlerts()
  readonly #alerts: AlertBook
  readonly #shared: Organisation
  readonly #sharedAlerts: AlertBook

  constructor(
    team: string,
    shared: Organisation,
    { clock, leaseMs = DEFAULT_LEASE_MS, randomBytes = secureRandomBytes, receivers = () => [] }: MemoryAccountsOptions,
  ) {
    this.#team = team
    this.#shared = shared
    this.#clock = clock
    this.#leaseMs = leaseMs
    this.#randomBytes = randomBytes
    this.#alerts = new AlertBook(this.#outbox, { post: { receivers }, clock, randomBytes })
    this.#sharedAlerts = new AlertBook(shared.outbox, { post: { receivers }, clock, randomBytes })
  }

  async openLease(want: number) {
    const now = this.#endExpired()
    const id = randomBase62(12, this.#randomBytes)
    const lease = {
      id,
      used: 0,
      granted: firstSlots(want),
      seenAtMs: now,
      expiresAtMs: now + this.#leaseMs,
      closed: false,
    }
    this.#leases.set(id, lease)
    return { id, slots: lease.granted, expiresAtMs: lease.expiresAtMs }
  }

  async sync(report: SyncReport) {
    const now = this.#endExpired()
    for (const row of report.rows) {
      const known = this.#rows.get(row.requestId)
      if (!known || known.outcome === 'unreported') this.#rows.set(row.requestId, stored(row))
    }
    noticePrices(this.#alerts, report.rows, this.#team, now)
    const { leaseId: id, used, want, close } = report
    const unknown = { id, used, granted: used, seenAtMs: now, expiresAtMs: now, endedAtMs: now, closed: false }
    const lease: MemoryLease = this.#leases.get(id) ?? unknown
    this.#leases.set(id, lease)
    const open = lease.endedAtMs === undefined
    lease.used = Math.max(lease.used, used)
    lease.granted = open && !close ? grantedSlots(lease.granted, used, want) : Math.max(lease.granted, used)
    lease.closed ||= close
    if (open) {
      lease.seenAtMs = now
      lease.expiresAtMs = now + this.#leaseMs
    }
    const state = open ? (close ? 'closing' : 'open') : 'ended'
    const notice = limitNotice(this.#alerts, this.#team)
    const credit = takeCredit(this.#escrow, id, state, report.credit ?? [], notice)
    if (!open) this.#returnLost(lease, close, now)
    if (close) lease.endedAtMs ??= now
    if (lease.endedAtMs === undefined) {
      const shared = this.#share(upwardReports(this.#escrow, id, report.credit ?? [], now), now)
      const grants = shared ? takeCredit(this.#escrow, id, 'open', report.credit ?? [], notice) : credit
      return {
        lease: { id, slots: lease.granted, expiresAtMs: lease.expiresAtMs },
        ...(credit.length > 0 && { credit: grants }),
      }
    }
    noticeUnreported(this.#alerts, this.#team, { requestIds: this.#bookMissing(lease), leases: 1, lostNano: 0 })
    this.#returnShared(now)
    return {}
  }

  async rows(query: LedgerQuery) {
    this.#endExpired()
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor)
    const all = [...this.#rows.values(), ...[...this.#adjustments.values()].flat()]
    const matching = between(all, query)
      .filter((row) => isAskedFor(row, query))
      .sort(newestFirst)
      .filter((row) => after === undefined || newestFirst(row, after) > 0)
    const rows = matching.slice(0, query.limit)
    const last = rows.at(-1)
    return matching.length > query.limit && last ? { rows, cursor: encodeCursor(last) } : { rows }
  }

  async costs(groupBy: readonly GroupField[], range: CostRange) {
    this.#endExpired()
    const calls = between([...this.#rows.values()], range)
    if (tellsKinds(groupBy, range))
      return sumRows([...calls, ...between([...this.#adjustments.values()].flat(), range)], groupBy, range)
    const adjusted = calls.map((row) => withAdjustments(row, this.#adjustments.get(row.requestId) ?? []))
    return sumRows(adjusted, groupBy, range)
  }

  async rate({ requestId, score }: Rating) {
    const first = !this.#ratings.has(requestId)
    this.#ratings.set(requestId, score)
    return first
  }

  async arms(query: ArmQuery) {
    this.#endExpired()
    return countArms(between([...this.#rows.values()], query), query)
  }

  async reprice(calls: readonly Repricing[], rehearse = false) {
    const now = this.#endExpired()
    const notice = limitNotice(this.#alerts, this.#team)
    const written = calls.flatMap((repricing) => {
      const call = this.#rows.get(repricing.requestId)
      const earlier = this.#adjustments.get(repricing.requestId) ?? []
      const adjustment = call && adjustmentOf(call, earlier, repricing, now)
      if (!call || !adjustment) return []
      const row: LedgerRow = JSON.parse(JSON.stringify(adjustment)) // as storage would
      if (rehearse) return [row]
      this.#adjustments.set(call.requestId, [...earlier, row])
      moveCounters(this.#escrow, repricing.counters, { call, adjustment: row }, notice)
      return [row]
    })
    if (written.length > 0 && !rehearse) this.#returnShared(now)
    return written
  }

  async unreported(): Promise<readonly UnreportedRange[]> {
    this.#endExpired()
    return [...this.#leases.values()].flatMap(({ id, used, granted, endedAtMs, closed }) =>
      endedAtMs === undefined || closed || used >= granted
        ? []
        : [{ leaseId: id, team: this.#team, from: used, to: granted, endedAtMs }],
    )
  }

  async counters(): Promise<readonly CounterState[]> {
    this.#endExpired()
    return this.#escrow.counters()
  }

  async alerts(query: AlertQuery): Promise<readonly AlertRecord[]> {
    this.#endExpired()
    return this.#outbox.list(query)
  }

  async sharedAlerts(query: AlertQuery): Promise<readonly AlertRecord[]> {
    return this.#shared.outbox.list(query)
  }

  #endExpired(): number {
    const now = this.#clock.now()
    const requestIds: string[] = []
    let leases = 0
    let lostNano = 0
    for (const lease of this.#leases.values()) {
      if (lease.endedAtMs !== undefined || lease.expiresAtMs > now) continue
      lease.endedAtMs = now
      leases++
      requestIds.push(...this.#bookMissing(lease))
      const lost = endCredit(this.#escrow, lease.id, limitNotice(this.#alerts, this.#team))
      if (lost > 0) this.#setRow(lostCreditRow(lease.id, this.#team, lease.seenAtMs, lost))
      lostNano += lost
      this.#returnShared(now)
    }
    noticeUnreported(this.#alerts, this.#team, { requestIds, leases, lostNano })
    return now
  }

  /** Asks the organisation's book; true if there was anything to ask. */
  #share(reports: readonly CreditReport[], now: number): boolean {
    const notice = limitNotice(this.#sharedAlerts, undefined)
    noteReturns(this.#escrow, reports)
    const grants = takeCredit(this.#shared.escrow, teamAsLease(this.#team), 'open', reports, notice)
    noteGrants(this.#escrow, reports, grants, now)
    return reports.length > 0
  }

  #returnShared(now: number): void {
    const open = [...this.#leases.values()].some(({ endedAtMs }) => endedAtMs === undefined)
    if (!open) this.#share(closingReports(this.#escrow), now)
  }

  /** Brings what was booked for a lease's credit, if anything, to what it still holds. */
  #returnLost({ id }: MemoryLease, close: boolean, now: number): void {
    if (close) releaseEnded(this.#escrow, id)
    const booked = this.#rows.get(heldRowId(id))
    const earlier = this.#adjustments.get(heldRowId(id)) ?? []
    const change = booked && lostCreditChange(booked, earlier, heldNano(this.#escrow, id), now)
    if (change) this.#adjustments.set(heldRowId(id), [...earlier, JSON.parse(JSON.stringify(change))])
  }

  #setRow(row: LedgerRow): void {
    this.#rows.set(row.requestId, stored(row))
  }

  /** Gives the ids of the calls that had no row. */
  #bookMissing(lease: MemoryLease): string[] {
    const slots = Array.from({ length: lease.used }, (_, slot) => requestIdOf(lease.id, slot))
    const missing = slots.filter((id) => !this.#rows.has(id))
    for (const id of missing) this.#rows.set(id, unreportedRow(id, this.#team, lease.seenAtMs))
    return missing
  }
}

function stored(row: LedgerRow): LedgerRow {
  // The JSON round trip drops absent fields and shares nothing with the caller, as storage would.
  return JSON.parse(JSON.stringify(normaliseRow(row)))
}
