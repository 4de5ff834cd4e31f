/** Writes the SQL that pages through an account's rows, newest first. */

import type { LedgerQuery } from '../../ports/accounts.ts'
import { decodeCursor } from '../cursor.ts'
import { COUNTED } from './account-schema.ts'
import { SELECT_ENTRY } from './entry-columns.ts'

export interface Statement {
  readonly sql: string
  readonly bindings: readonly (string | number)[]
}

/** Selects one row more than asked, which says whether another page follows. Throws `BadCursor`. */
export function rowStatement(query: LedgerQuery): Statement {
  const conditions: string[] = [COUNTED]
  const bindings: (string | number)[] = []
  const add = (condition: string, ...values: (string | number)[]): void => {
    conditions.push(condition)
    bindings.push(...values)
  }
  if (query.requestId !== undefined) add('e.request_id = ?', query.requestId)
  if (query.replyId !== undefined) add('e.reply_id = ?', query.replyId)
  if (query.clientWire !== undefined) add('e.client_wire = ?', query.clientWire)
  if (query.route !== undefined) add('e.route = ?', query.route)
  if (query.outcome !== undefined) add('e.outcome = ?', query.outcome)
  if (query.kind !== undefined) add(query.kind === 'call' ? 'e.adjusts IS NULL' : 'e.adjusts IS NOT NULL')
  if (query.adjusts !== undefined) add('e.adjusts = ?', query.adjusts)
  if (query.sinceMs !== undefined) add('e.admitted_at_ms >= ?', query.sinceMs)
  if (query.untilMs !== undefined) add('e.admitted_at_ms < ?', query.untilMs)
  if (query.cursor !== undefined) {
    const place = decodeCursor(query.cursor)
    add('(e.admitted_at_ms, e.request_id) < (?, ?)', place.admittedAtMs, place.requestId)
  }
  return {
    sql: `SELECT ${SELECT_ENTRY} FROM entries AS e WHERE ${conditions.join(' AND ')}
      ORDER BY e.admitted_at_ms DESC, e.request_id DESC LIMIT ?`,
    bindings: [...bindings, query.limit + 1],
  }
}

/** The entries that count of the calls in a JSON array of request ids, bound to `?1`. */
export const SELECT_CALLS = `SELECT ${SELECT_ENTRY} FROM entries AS e
  WHERE ${COUNTED} AND e.adjusts IS NULL AND e.request_id IN (SELECT value FROM json_each(?1))`

/** All adjustments of those calls. */
export const SELECT_ADJUSTMENTS = `SELECT ${SELECT_ENTRY} FROM entries AS e
  WHERE e.adjusts IN (SELECT value FROM json_each(?1))`
