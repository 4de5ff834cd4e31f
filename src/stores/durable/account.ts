/** The Account Durable Object: one team's leases and settled calls, on SQLite. */

import { DurableObject } from 'cloudflare:workers'
import { secureRandomBytes } from '../../ground/ids.ts'
import type {
  CostGroup,
  CostRange,
  GroupField,
  Lease,
  LedgerPage,
  LedgerQuery,
  LedgerRow,
  Rating,
  Repricing,
  SyncAnswer,
  SyncReport,
  UnreportedRange,
} from '../../ports/accounts.ts'
import type { AlertPost, AlertQuery, AlertRecord } from '../../ports/alerts.ts'
import type { ArmCounts, ArmQuery } from '../../ports/arms.ts'
import { systemClock } from '../../ports/clock.ts'
import type { CounterState, CreditGrant, CreditReport } from '../../ports/credit.ts'
import { AlertBook } from '../alert-book.ts'
import { deliverAlerts } from '../deliver-alerts.ts'
import { endCredit, heldNano, releaseEnded, takeCredit } from '../escrow-book.ts'
import { closingReports, excessReports, spentReports, teamAsLease } from '../escrow-upstream.ts'
import { DEFAULT_LEASE_MS, lostCreditRow } from '../lease-rules.ts'
import { limitNotice } from '../limit-alerts.ts'
import { moveCounters } from '../reprice-rules.ts'
import { noticePrices, noticeUnreported } from '../row-alerts.ts'
import { ACCOUNT_MIGRATIONS } from './account-schema.ts'
import { EntryBook } from './entry-book.ts'
import { isForgotten, SqlEscrow } from './escrow-tables.ts'
import { asLease, LeaseBook, type LeaseRecord } from './lease-book.ts'
import { migrate } from './migrate.ts'
import { SharedCredit } from './shared-credit.ts'
import { SqlAlerts } from './sql-alerts.ts'

export interface AccountEnv {
  /** How long a lease lives without a sync: whole seconds, 1 to 3600; 30 when absent. */
  readonly SLUICE_LEASE_SECONDS?: string
  /** The accounts themselves: a team's asks its organisation's for its part of limits that all teams share. */
  readonly ACCOUNT?: DurableObjectNamespace<Account>
}

const RETRY_MS = 10_000
/** What is long over is forgotten this often. */
const FORGET_EVERY_MS = 60_000

/** Alerts are kept and nobody is told. */
const NOBODY: AlertPost = {
  receivers: () => [],
  send: async () => ({ ok: false, error: 'there are no destinations', final: true }),
}

/** Every method is idempotent, so that callers may repeat one whose answer they lost. */
export class Account extends DurableObject<AccountEnv> {
  readonly #leases: LeaseBook
  readonly #entries: EntryBook
  readonly #escrow: SqlEscrow
  readonly #outbox: SqlAlerts
  readonly #alerts: AlertBook
  readonly #post: AlertPost
  readonly #shared: SharedCredit
  #alarmAtMs: number | undefined
  #forgotAtMs = 0

  /** The runtime gives the first two; a subclass at the roof says who is told of alerts. */
  constructor(state: DurableObjectState, env: AccountEnv, post = NOBODY) {
    super(state, env)
    const { sql } = state.storage
    this.#leases = new LeaseBook(sql, readLeaseMs(env.SLUICE_LEASE_SECONDS))
    this.#entries = new EntryBook(sql)
    this.#escrow = new SqlEscrow(sql)
    this.#shared = new SharedCredit(state.storage, this.#escrow, env.ACCOUNT)
    this.#outbox = new SqlAlerts(sql)
    this.#alerts = new AlertBook(this.#outbox, { post, clock: systemClock, randomBytes: secureRandomBytes })
    this.#post = post
    void state.blockConcurrencyWhile(async () => {
      migrate(state.storage, ACCOUNT_MIGRATIONS)
      this.#alarmAtMs = (await state.storage.getAlarm()) ?? undefined
      await this.#armForAlerts()
    })
  }

  /** Grants a lease of 1 to 4096 slots under an id the caller chose. */
  async openLease(leaseId: string, team: string, want: number): Promise<Lease> {
    const lease = this.#leases.open(leaseId, team, want, Date.now())
    await this.#armAlarm()
    return lease
  }

  /** Stores a report in one transaction and extends its lease; where limits are shared with other teams, asks their organisation. */
  async sync(report: SyncReport, team: string, organisation: string): Promise<SyncAnswer> {
    const { lease, credit } = this.ctx.storage.transactionSync(() => {
      const nowMs = Date.now()
      this.#entries.add(report.rows)
      noticePrices(this.#alerts, report.rows, team, nowMs)
      const { before, lease } = this.#leases.note(report, team, nowMs)
      const credit = this.#takeCredit(report, before, nowMs)
      const requestIds = lease.endedAtMs === null ? [] : this.#entries.bookMissing(lease)
      noticeUnreported(this.#alerts, team, { requestIds, leases: 1, lostNano: 0 })
      return { lease, credit }
    })
    // With nothing awaited in between, the alarm is stored together with what it is for.
    await this.#armForAlerts()
    if (lease.endedAtMs !== null) {
      await this.#returnShared()
      await this.#armAlarm()
      return {}
    }
    const shared = await this.#shared.ask(report, { organisation, team }, () => this.#takeAgain(report, team))
    await this.#armAlarm()
    return { lease: asLease(lease), ...(credit.length > 0 && { credit: shared ?? credit }) }
  }

  /** Grants to a team, as to a lease that never ends. */
  async shareCredit(team: string, reports: readonly CreditReport[]): Promise<CreditGrant[]> {
    const grants = this.ctx.storage.transactionSync(() => {
      if (Date.now() - this.#forgotAtMs > FORGET_EVERY_MS) {
        this.#forgotAtMs = Date.now()
        this.#escrow.forgetShared(this.#forgotAtMs)
      }
      return takeCredit(this.#escrow, teamAsLease(team), 'open', reports, limitNotice(this.#alerts, undefined))
    })
    await this.#armForAlerts()
    return grants
  }

  /** The grants of a report once more, with what the organisation gave; undefined when the lease ended while it was asked. */
  #takeAgain(report: SyncReport, team: string): CreditGrant[] | undefined {
    return this.ctx.storage.transactionSync(() => {
      if (!this.#leases.isOpen(report.leaseId)) return undefined
      return takeCredit(this.#escrow, report.leaseId, 'open', report.credit ?? [], limitNotice(this.#alerts, team))
    })
  }

  /** When no lease is open nobody here needs credit: the organisation's other teams may have it. */
  async #returnShared(): Promise<void> {
    if (this.#leases.nextExpiryMs() === undefined) await this.#shared.tell(() => closingReports(this.#escrow))
  }

  #takeCredit(report: SyncReport, before: LeaseRecord, nowMs: number): CreditGrant[] {
    const open = before.endedAtMs === null
    if (isForgotten(before.endedAtMs, nowMs)) return []
    const state = open ? (report.close ? 'closing' : 'open') : 'ended'
    const notice = limitNotice(this.#alerts, before.team)
    const credit = takeCredit(this.#escrow, report.leaseId, state, report.credit ?? [], notice)
    if (open) return credit
    if (report.close) releaseEnded(this.#escrow, report.leaseId)
    this.#entries.returnLost(report.leaseId, heldNano(this.#escrow, report.leaseId), nowMs)
    return credit
  }

  /** Throws an error whose message starts with `BadCursor` for a cursor it did not give out. */
  rows(query: LedgerQuery): LedgerPage {
    this.#endExpired()
    return this.#entries.page(query)
  }

  /** Sums by group; `sinceMs` included, `untilMs` not. */
  costs(groupBy: readonly GroupField[], range: CostRange): readonly CostGroup[] {
    this.#endExpired()
    return this.#entries.costs(groupBy, range)
  }

  /** A route's calls by the target that was chosen for them. */
  arms(query: ArmQuery): readonly ArmCounts[] {
    this.#endExpired()
    return this.#entries.arms(query)
  }

  /** Gives the adjustments; with `rehearse` nothing is written. */
  async reprice(calls: readonly Repricing[], team: string, rehearse: boolean): Promise<readonly LedgerRow[]> {
    const rows = this.ctx.storage.transactionSync(() => {
      const adjusted = this.#entries.adjustments(calls, Date.now())
      if (rehearse) return adjusted.map(({ row }) => row)
      const notice = limitNotice(this.#alerts, team)
      this.#entries.addAdjustments(adjusted.map(({ row }) => row))
      for (const { repricing, call, row } of adjusted)
        moveCounters(this.#escrow, repricing.counters, { call, adjustment: row }, notice)
      return adjusted.map(({ row }) => row)
    })
    await this.#armForAlerts()
    if (rows.length > 0 && !rehearse) await this.#returnShared()
    return rows
  }

  /** True for the first word about a call; a later one takes its place. */
  rate(rating: Rating): boolean {
    return this.#entries.rate(rating)
  }

  unreported(): readonly UnreportedRange[] {
    this.#endExpired()
    return this.#leases.unreported()
  }

  counters(): readonly CounterState[] {
    this.#endExpired()
    return this.#escrow.counters()
  }

  /** Newest first. */
  alerts(query: AlertQuery): readonly AlertRecord[] {
    this.#endExpired()
    return this.#outbox.list(query)
  }

  override async alarm(): Promise<void> {
    this.#alarmAtMs = undefined
    this.#endExpired()
    await this.#returnShared()
    await this.#shared.tell(() => excessReports(this.#escrow, Date.now()))
    await this.#shared.tell(() => spentReports(this.#escrow))
    this.#forgetOld()
    if (this.#outbox.nextDueMs() !== undefined)
      await deliverAlerts({ tables: this.#outbox, post: this.#post, clock: systemClock, random: Math.random })
    await this.#armAlarm()
  }

  /** Readers run this too, so that a report is right even when an alarm is late. */
  #endExpired(): void {
    this.ctx.storage.transactionSync(() => {
      const nowMs = Date.now()
      const expired = this.#leases.endExpired(nowMs)
      const [first] = expired
      if (!first) return
      const { team } = first
      const requestIds: string[] = []
      let lostNano = 0
      for (const lease of expired) {
        requestIds.push(...this.#entries.bookMissing(lease))
        const lost = endCredit(this.#escrow, lease.id, limitNotice(this.#alerts, team))
        if (lost > 0) this.#entries.bookLost(lostCreditRow(lease.id, team, lease.seenAtMs, lost))
        lostNano += lost
      }
      noticeUnreported(this.#alerts, team, { requestIds, leases: expired.length, lostNano })
    })
  }

  /** Counters, holdings and leases that nobody will ask for again. */
  #forgetOld(): void {
    const nowMs = Date.now()
    if (nowMs - this.#forgotAtMs <= FORGET_EVERY_MS) return
    this.#forgotAtMs = nowMs
    this.ctx.storage.transactionSync(() => {
      this.#escrow.forgetOld(nowMs)
      this.#leases.forgetOld(nowMs)
    })
  }

  /** Credit that could not be brought back to the organisation is tried again. */
  #retryMs(): number | undefined {
    return closingReports(this.#escrow).length > 0 ? Date.now() + RETRY_MS : undefined
  }

  async #armForAlerts(): Promise<void> {
    if (this.#outbox.nextDueMs() !== undefined) await this.#armAlarm()
  }

  /** One alarm at or before the next expiry. Syncs only push expiries back, so most need no write. */
  async #armAlarm(): Promise<void> {
    const dueMs = this.#outbox.nextDueMs()
    const ownMs = this.#leases.nextExpiryMs() ?? this.#retryMs()
    const nextMs = dueMs === undefined || ownMs === undefined ? (dueMs ?? ownMs) : Math.min(dueMs, ownMs)
    if (nextMs === undefined || (this.#alarmAtMs !== undefined && this.#alarmAtMs <= nextMs)) return
    this.#alarmAtMs = nextMs
    await this.ctx.storage.setAlarm(nextMs)
  }
}

function readLeaseMs(seconds: string | undefined): number {
  if (seconds === undefined || seconds === '') return DEFAULT_LEASE_MS
  const value = Number(seconds)
  if (Number.isInteger(value) && value >= 1 && value <= 3600) return value * 1000
  throw new Error(`SLUICE_LEASE_SECONDS is ${JSON.stringify(seconds)}; it must be a whole number from 1 to 3600.`)
}
