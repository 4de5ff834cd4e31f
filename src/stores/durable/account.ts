/** The Account Durable Object: one team's leases and settled calls, on SQLite. */

import { DurableObject } from 'cloudflare:workers'
import type {
  CostGroup,
  CostRange,
  GroupField,
  Lease,
  LedgerPage,
  LedgerQuery,
  SyncAnswer,
  SyncReport,
  UnreportedRange,
} from '../../ports/accounts.ts'
import { DEFAULT_LEASE_MS } from '../lease-rules.ts'
import { ACCOUNT_MIGRATIONS } from './account-schema.ts'
import { EntryBook } from './entry-book.ts'
import { asLease, LeaseBook } from './lease-book.ts'
import { migrate } from './migrate.ts'

export interface AccountEnv {
  /** How long a lease lives without a sync: whole seconds, 1 to 3600; 30 when absent. */
  readonly SLUICE_LEASE_SECONDS?: string
}

/** Every method is idempotent, so that callers may repeat one whose answer they lost. */
export class Account extends DurableObject<AccountEnv> {
  readonly #leases: LeaseBook
  readonly #entries: EntryBook
  #alarmAtMs: number | undefined

  constructor(state: DurableObjectState, env: AccountEnv) {
    super(state, env)
    const { sql } = state.storage
    this.#leases = new LeaseBook(sql, readLeaseMs(env.SLUICE_LEASE_SECONDS))
    this.#entries = new EntryBook(sql)
    void state.blockConcurrencyWhile(async () => {
      migrate(state.storage, ACCOUNT_MIGRATIONS)
      this.#alarmAtMs = (await state.storage.getAlarm()) ?? undefined
    })
  }

  /** Grants a lease of 1 to 4096 slots under an id the caller chose. */
  async openLease(leaseId: string, team: string, want: number): Promise<Lease> {
    const lease = this.#leases.open(leaseId, team, want, Date.now())
    await this.#armAlarm()
    return lease
  }

  /** Stores a report in one transaction and extends its lease. */
  async sync(report: SyncReport, team: string): Promise<SyncAnswer> {
    const lease = this.ctx.storage.transactionSync(() => {
      this.#entries.add(report.rows)
      const noted = this.#leases.note(report, team, Date.now())
      if (noted.endedAtMs !== null) this.#entries.bookMissing(noted)
      return noted
    })
    if (lease.endedAtMs !== null) return {}
    await this.#armAlarm()
    return { lease: asLease(lease) }
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

  unreported(): readonly UnreportedRange[] {
    this.#endExpired()
    return this.#leases.unreported()
  }

  override async alarm(): Promise<void> {
    this.#alarmAtMs = undefined
    this.#endExpired()
    await this.#armAlarm()
  }

  /** Readers run this too, so that a report is right even when an alarm is late. */
  #endExpired(): void {
    this.ctx.storage.transactionSync(() => {
      for (const lease of this.#leases.endExpired(Date.now())) this.#entries.bookMissing(lease)
    })
  }

  /** One alarm at or before the next expiry. Syncs only push expiries back, so most need no write. */
  async #armAlarm(): Promise<void> {
    const nextMs = this.#leases.nextExpiryMs()
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
