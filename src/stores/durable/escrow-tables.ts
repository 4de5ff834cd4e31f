/** The counters of one account in SQLite. */

import type { CounterName, CounterState, CounterTerms, CreditKind } from '../../ports/credit.ts'
import type { EscrowTables, KnownHolding, Upstream } from '../escrow-book.ts'
import type { Holding, Tally } from '../escrow-rules.ts'

/** Reports of a lease that ended longer ago than this come from nowhere; its holdings and old counters are forgotten. */
const KEEP_MS = 24 * 3_600_000

export interface Owner {
  readonly organisation: string
  readonly team: string
}

export class SqlEscrow implements EscrowTables {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  tally({ limit, scope, startMs }: CounterName): Tally | undefined {
    const found = this.#sql.exec<{ spent: number; reserved: number }>(
      'SELECT spent, reserved FROM counters WHERE limit_id = ? AND scope = ? AND start_ms = ?',
      limit,
      scope,
      startMs,
    )
    return [...found][0]
  }

  tallySince({ limit, scope, startMs }: CounterName, sinceMs: number): Tally {
    const { spent, reserved } = this.#sql
      .exec<{ spent: number; reserved: number }>(
        `SELECT COALESCE(SUM(spent), 0) AS spent, COALESCE(SUM(reserved), 0) AS reserved FROM counters
          WHERE limit_id = ? AND scope = ? AND start_ms >= ? AND start_ms <= ?`,
        limit,
        scope,
        sinceMs,
        // A window that does not slide stands alone.
        sinceMs === startMs ? startMs : Number.MAX_SAFE_INTEGER,
      )
      .one()
    return { spent, reserved }
  }

  setTally({ limit, scope, startMs }: CounterName, { spent, reserved }: Tally, untilMs: number): void {
    this.#sql.exec(
      `INSERT INTO counters (limit_id, scope, start_ms, until_ms, spent, reserved) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (limit_id, scope, start_ms) DO UPDATE
        SET spent = excluded.spent, reserved = excluded.reserved, until_ms = MAX(until_ms, excluded.until_ms)`,
      limit,
      scope,
      startMs,
      untilMs,
      spent,
      reserved,
    )
  }

  watched({ limit, scope, startMs }: CounterName): CounterTerms | undefined {
    const [row] = this.#sql
      .exec<{ terms: string | null }>(
        'SELECT terms FROM counters WHERE limit_id = ? AND scope = ? AND start_ms = ?',
        limit,
        scope,
        startMs,
      )
      .toArray()
    return row?.terms ? (JSON.parse(row.terms) as CounterTerms) : undefined // written by setWatched only
  }

  setWatched(terms: CounterTerms): void {
    // Most reports repeat what is there: then nothing is written.
    this.#sql.exec(
      'UPDATE counters SET terms = ?1 WHERE limit_id = ?2 AND scope = ?3 AND start_ms = ?4 AND terms IS NOT ?1',
      JSON.stringify(terms),
      terms.limit,
      terms.scope,
      terms.startMs,
    )
  }

  holding(leaseId: string, { limit, scope, startMs }: CounterName): Holding | undefined {
    const found = this.#sql.exec<{ granted: number; spent: number; returned: number }>(
      `SELECT granted, spent, returned FROM holdings
        WHERE lease_id = ? AND limit_id = ? AND scope = ? AND start_ms = ?`,
      leaseId,
      limit,
      scope,
      startMs,
    )
    return [...found][0]
  }

  holdings(leaseId: string): readonly KnownHolding[] {
    const found = this.#sql.exec(
      'SELECT limit_id, scope, start_ms, kind, granted, spent, returned FROM holdings WHERE lease_id = ?',
      leaseId,
    )
    return [...found].map((cells) => ({
      name: { limit: String(cells.limit_id), scope: String(cells.scope), startMs: Number(cells.start_ms) },
      kind: String(cells.kind) as CreditKind, // written from a KnownHolding only
      granted: Number(cells.granted),
      spent: Number(cells.spent),
      returned: Number(cells.returned),
    }))
  }

  setHolding(leaseId: string, { name, kind, granted, spent, returned }: KnownHolding): void {
    this.#sql.exec(
      `INSERT INTO holdings (lease_id, limit_id, scope, start_ms, kind, granted, spent, returned)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (lease_id, limit_id, scope, start_ms) DO UPDATE
        SET granted = excluded.granted, spent = excluded.spent, returned = excluded.returned`,
      leaseId,
      name.limit,
      name.scope,
      name.startMs,
      kind,
      granted,
      spent,
      returned,
    )
  }

  upstream({ limit, scope, startMs }: CounterName): Upstream | undefined {
    const found = this.#sql.exec(
      'SELECT * FROM upstreams WHERE limit_id = ? AND scope = ? AND start_ms = ?',
      limit,
      scope,
      startMs,
    )
    return [...found].map(readUpstream)[0]
  }

  upstreams(): readonly Upstream[] {
    return [...this.#sql.exec('SELECT * FROM upstreams')].map(readUpstream)
  }

  setUpstream({ terms, granted, returned, told, spent, known, reportedAtMs }: Upstream): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO upstreams
        (limit_id, scope, start_ms, terms, granted, returned, told, spent, known_spent, known_reserved, reported_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      terms.limit,
      terms.scope,
      terms.startMs,
      JSON.stringify(terms),
      granted,
      returned,
      told,
      spent,
      known.spent,
      known.reserved,
      reportedAtMs,
    )
  }

  counters(): CounterState[] {
    const found = this.#sql.exec(
      'SELECT limit_id, scope, start_ms, spent, reserved FROM counters ORDER BY limit_id, scope, start_ms',
    )
    return [...found].map((cells) => ({
      limit: String(cells.limit_id),
      scope: String(cells.scope),
      startMs: Number(cells.start_ms),
      spent: Number(cells.spent),
      reserved: Number(cells.reserved),
    }))
  }

  /** Whose account this is, once it has asked its organisation for anything. */
  owner(): Owner | undefined {
    const [row] = this.#sql.exec<{ value: string }>("SELECT value FROM meta WHERE name = 'owner'").toArray()
    return row && (JSON.parse(row.value) as Owner) // written by setOwner only
  }

  setOwner(owner: Owner): void {
    this.#sql.exec("INSERT OR IGNORE INTO meta (name, value) VALUES ('owner', ?)", JSON.stringify(owner))
  }

  /** Forgets counters nobody will ask for again and what leases that ended long ago had. */
  forgetOld(nowMs: number): void {
    const before = nowMs - KEEP_MS
    this.#sql.exec(
      `DELETE FROM holdings WHERE lease_id IN
        (SELECT id FROM leases WHERE ended_at_ms IS NOT NULL AND ended_at_ms < ?)`,
      before,
    )
    this.#sql.exec('DELETE FROM counters WHERE until_ms < ? AND reserved = 0', before)
    this.#sql.exec(`DELETE FROM upstreams WHERE terms ->> 'untilMs' < ?`, before)
  }

  /** Forgets what teams had of counters that are long over. */
  forgetShared(nowMs: number): void {
    const before = nowMs - KEEP_MS
    this.#sql.exec(
      `DELETE FROM holdings WHERE (limit_id, scope, start_ms) IN
        (SELECT limit_id, scope, start_ms FROM counters WHERE until_ms < ?)`,
      before,
    )
    this.#sql.exec('DELETE FROM counters WHERE until_ms < ?', before)
  }
}

function readUpstream(cells: Record<string, SqlStorageValue>): Upstream {
  return {
    terms: JSON.parse(String(cells.terms)) as CounterTerms, // written from an Upstream only
    granted: Number(cells.granted),
    returned: Number(cells.returned),
    told: Number(cells.told),
    spent: Number(cells.spent),
    known: { spent: Number(cells.known_spent), reserved: Number(cells.known_reserved) },
    reportedAtMs: Number(cells.reported_at_ms),
  }
}

/** Whether a lease ended so long ago that its holdings are forgotten and a report of its credit cannot be weighed. */
export function isForgotten(endedAtMs: number | null, nowMs: number): boolean {
  return endedAtMs !== null && endedAtMs < nowMs - KEEP_MS
}
