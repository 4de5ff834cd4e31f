/** Accounts in memory, for tests: the same promises as the Account Durable Object. */

import { type RandomBytes, randomBase62, secureRandomBytes } from '../../ground/ids.ts'
import type {
  AccountStore,
  Accounts,
  CostRange,
  GroupField,
  LedgerQuery,
  LedgerRow,
  SyncReport,
  UnreportedRange,
} from '../../ports/accounts.ts'
import type { Clock } from '../../ports/clock.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { DEFAULT_LEASE_MS, firstSlots, grantedSlots, requestIdOf, unreportedRow } from '../lease-rules.ts'
import { normaliseRow } from '../normalise-row.ts'
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
}

/** Leases end at the first call after their time, as if an alarm had just run. */
export function memoryAccounts(options: MemoryAccountsOptions): Accounts {
  const accounts = new Map<string, AccountStore>()
  return (organisation, team) => {
    const name = JSON.stringify([organisation, team])
    const account = accounts.get(name) ?? new MemoryAccount(team, options)
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

  constructor(
    team: string,
    { clock, leaseMs = DEFAULT_LEASE_MS, randomBytes = secureRandomBytes }: MemoryAccountsOptions,
  ) {
    this.#team = team
    this.#clock = clock
    this.#leaseMs = leaseMs
    this.#randomBytes = randomBytes
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
    if (close) lease.endedAtMs ??= now
    if (lease.endedAtMs === undefined) return { lease: { id, slots: lease.granted, expiresAtMs: lease.expiresAtMs } }
    this.#bookMissing(lease)
    return {}
  }

  async rows(query: LedgerQuery) {
    this.#endExpired()
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor)
    const matching = this.#between(query)
      .filter((row) => query.route === undefined || row.route === query.route)
      .filter((row) => query.outcome === undefined || row.outcome === query.outcome)
      .filter((row) => query.requestId === undefined || row.requestId === query.requestId)
      .filter((row) => query.replyId === undefined || row.replyId === query.replyId)
      .filter((row) => query.clientWire === undefined || row.clientWire === query.clientWire)
      .sort(newestFirst)
      .filter((row) => after === undefined || newestFirst(row, after) > 0)
    const rows = matching.slice(0, query.limit)
    const last = rows.at(-1)
    return matching.length > query.limit && last ? { rows, cursor: encodeCursor(last) } : { rows }
  }

  async costs(groupBy: readonly GroupField[], range: CostRange) {
    this.#endExpired()
    return sumRows(this.#between(range), groupBy, range)
  }

  async unreported(): Promise<readonly UnreportedRange[]> {
    this.#endExpired()
    return [...this.#leases.values()].flatMap(({ id, used, granted, endedAtMs, closed }) =>
      endedAtMs === undefined || closed || used >= granted
        ? []
        : [{ leaseId: id, team: this.#team, from: used, to: granted, endedAtMs }],
    )
  }

  #between({ sinceMs = 0, untilMs = Number.POSITIVE_INFINITY }: { sinceMs?: number; untilMs?: number }): LedgerRow[] {
    return [...this.#rows.values()].filter((row) => row.admittedAtMs >= sinceMs && row.admittedAtMs < untilMs)
  }

  #endExpired(): number {
    const now = this.#clock.now()
    for (const lease of this.#leases.values()) {
      if (lease.endedAtMs !== undefined || lease.expiresAtMs > now) continue
      lease.endedAtMs = now
      this.#bookMissing(lease)
    }
    return now
  }

  #bookMissing(lease: MemoryLease): void {
    for (let slot = 0; slot < lease.used; slot++) {
      const id = requestIdOf(lease.id, slot)
      if (!this.#rows.has(id)) this.#rows.set(id, unreportedRow(id, this.#team, lease.seenAtMs))
    }
  }
}

function stored(row: LedgerRow): LedgerRow {
  // The JSON round trip drops absent fields and shares nothing with the caller, as storage would.
  return JSON.parse(JSON.stringify(normaliseRow(row)))
}

function newestFirst(
  a: { admittedAtMs: number; requestId: string },
  b: { admittedAtMs: number; requestId: string },
): number {
  return b.admittedAtMs - a.admittedAtMs || (a.requestId < b.requestId ? 1 : a.requestId > b.requestId ? -1 : 0)
}
