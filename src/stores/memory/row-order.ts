/** Which rows a time range covers, and the order of pages, as the Account object's SQL has them. */

import type { LedgerQuery, LedgerRow } from '../../ports/accounts.ts'

/** As the ledger's pages have them; rows of one moment by their ids. */
export function newestFirst(
  a: { admittedAtMs: number; requestId: string },
  b: { admittedAtMs: number; requestId: string },
): number {
  return b.admittedAtMs - a.admittedAtMs || (a.requestId < b.requestId ? 1 : a.requestId > b.requestId ? -1 : 0)
}

/** The rows of a range of time: `sinceMs` is included, `untilMs` is not. */
export function between(
  rows: readonly LedgerRow[],
  { sinceMs = 0, untilMs = Number.POSITIVE_INFINITY }: { readonly sinceMs?: number; readonly untilMs?: number },
): LedgerRow[] {
  return rows.filter((row) => row.admittedAtMs >= sinceMs && row.admittedAtMs < untilMs)
}

const ASKED_FIELDS = ['adjusts', 'route', 'outcome', 'requestId', 'replyId', 'clientWire'] as const

/** The row has what the query asks for, times and pages aside. */
export function isAskedFor(row: LedgerRow, query: LedgerQuery): boolean {
  if (query.kind !== undefined && (row.kind ?? 'call') !== query.kind) return false
  return ASKED_FIELDS.every((field) => query[field] === undefined || row[field] === query[field])
}
