/** The ledger rows of one account in SQLite: written in bulk, never changed, read in pages and sums. */

import type {
  CostGroup,
  CostRange,
  GroupField,
  LedgerPage,
  LedgerQuery,
  LedgerRow,
  Rating,
  Repricing,
} from '../../ports/accounts.ts'
import type { ArmCounts, ArmQuery } from '../../ports/arms.ts'
import { encodeCursor } from '../cursor.ts'
import { heldRowId, lostCreditChange, requestIdOf, unreportedRow } from '../lease-rules.ts'
import { normaliseRow } from '../normalise-row.ts'
import { adjustmentOf } from '../reprice-rules.ts'
import { armStatement, readArms } from './arm-query.ts'
import { costStatement, readCostGroup } from './cost-query.ts'
import { INSERT_ENTRIES, readEntry, rowsAsJson } from './entry-columns.ts'
import { rowStatement, SELECT_ADJUSTMENTS, SELECT_CALLS } from './row-query.ts'

/** Rows in one statement. At most 2 MB fit in a bound value; a row within bounds is under 40 kB, typically under 1 kB. */
const CHUNK_ROWS = 200
const CHUNK_CHARACTERS = 500_000

const MISSING_SLOTS = `WITH RECURSIVE slots(slot) AS (SELECT 0 WHERE ?2 > 0 UNION ALL SELECT slot + 1 FROM slots WHERE slot + 1 < ?2)
  SELECT slot FROM slots WHERE NOT EXISTS (SELECT 1 FROM entries WHERE request_id = ?1 || slot)`

/** An adjustment to be written, and of what. */
export interface Adjusted {
  readonly repricing: Repricing
  readonly call: LedgerRow
  readonly row: LedgerRow
}

export class EntryBook {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  /** Stores settled rows; those already stored stay as they are. Call inside a transaction. */
  add(rows: readonly LedgerRow[]): void {
    this.#insert(rows.map(normaliseRow), 'call')
  }

  /** Books an `unreported` row for every slot below `used` that has no entry, and gives their ids. Call inside a transaction. */
  bookMissing(lease: { id: string; team: string; used: number; seenAtMs: number }): string[] {
    const missing = this.#sql.exec<{ slot: number }>(MISSING_SLOTS, requestIdOf(lease.id, 0).slice(0, -1), lease.used)
    const rows = [...missing].map(({ slot }) => unreportedRow(requestIdOf(lease.id, slot), lease.team, lease.seenAtMs))
    this.#insert(rows, 'unreported')
    return rows.map(({ requestId }) => requestId)
  }

  /** Books the credit that a lease held when it ended. Call inside a transaction. */
  bookLost(row: LedgerRow): void {
    this.#insert([row], 'unreported')
  }

  /** Brings what was booked for a lease's credit, if anything, to what it still holds. Call inside a transaction. */
  returnLost(leaseId: string, heldNano: number, nowMs: number): void {
    const ids = JSON.stringify([heldRowId(leaseId)])
    const [booked] = [...this.#sql.exec(SELECT_CALLS, ids)].map(readEntry)
    const earlier = [...this.#sql.exec(SELECT_ADJUSTMENTS, ids)].map(readEntry)
    const change = booked && lostCreditChange(booked, earlier, heldNano, nowMs)
    if (change) this.addAdjustments([change])
  }

  /** What must be written for calls to cost that, each with its call; nothing is written. */
  adjustments(calls: readonly Repricing[], nowMs: number): Adjusted[] {
    const ids = JSON.stringify(calls.map(({ requestId }) => requestId))
    const known = new Map([...this.#sql.exec(SELECT_CALLS, ids)].map(readEntry).map((row) => [row.requestId, row]))
    const earlier = new Map<string, LedgerRow[]>()
    for (const row of [...this.#sql.exec(SELECT_ADJUSTMENTS, ids)].map(readEntry)) {
      const id = row.adjusts ?? ''
      earlier.set(id, [...(earlier.get(id) ?? []), row])
    }
    return calls.flatMap((repricing) => {
      const call = known.get(repricing.requestId)
      const row = call && adjustmentOf(call, earlier.get(call.requestId) ?? [], repricing, nowMs)
      return call && row ? [{ repricing, call, row }] : []
    })
  }

  /** Call inside a transaction. */
  addAdjustments(rows: readonly LedgerRow[]): void {
    this.#insert(rows, 'adjustment')
  }

  /** Throws `BadCursor`. */
  page(query: LedgerQuery): LedgerPage {
    const limit = Math.min(1000, Math.max(1, Math.trunc(query.limit)))
    const { sql, bindings } = rowStatement({ ...query, limit })
    const found = this.#sql.exec(sql, ...bindings).toArray()
    const rows = found.slice(0, limit).map(readEntry)
    const last = rows.at(-1)
    return found.length > limit && last ? { rows, cursor: encodeCursor(last) } : { rows }
  }

  rate({ requestId, score, atMs }: Rating): boolean {
    const known = [...this.#sql.exec('SELECT 1 FROM ratings WHERE request_id = ?', requestId)].length > 0
    this.#sql.exec(
      'INSERT INTO ratings (request_id, score, at_ms) VALUES (?, ?, ?) ON CONFLICT (request_id) DO UPDATE SET score = excluded.score, at_ms = excluded.at_ms',
      requestId,
      score,
      atMs,
    )
    return !known
  }

  costs(groupBy: readonly GroupField[], range: CostRange): CostGroup[] {
    const { sql, bindings } = costStatement(groupBy, range)
    const groups = this.#sql.exec(sql, ...bindings).toArray()
    return groups.flatMap((cells) => readCostGroup(cells, groupBy) ?? [])
  }

  arms(query: ArmQuery): ArmCounts[] {
    const { sql, bindings } = armStatement(query)
    return readArms(this.#sql.exec(sql, ...bindings).toArray())
  }

  #insert(rows: readonly LedgerRow[], entry: 'call' | 'unreported' | 'adjustment'): void {
    for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
      this.#insertChunk(rows.slice(from, from + CHUNK_ROWS), entry)
    }
  }

  #insertChunk(rows: readonly LedgerRow[], entry: 'call' | 'unreported' | 'adjustment'): void {
    const json = rowsAsJson(rows)
    if (json.length > CHUNK_CHARACTERS && rows.length > 1) {
      const middle = rows.length >> 1
      this.#insertChunk(rows.slice(0, middle), entry)
      this.#insertChunk(rows.slice(middle), entry)
      return
    }
    this.#sql.exec(INSERT_ENTRIES, json, entry)
  }
}
