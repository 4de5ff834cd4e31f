/** Writes the SQL of a cost report and reads its groups; the only column names in it come from the tables here. */

import { USAGE_UNITS, type Usage } from '../../ground/usage.ts'
import type { CostGroup, CostRange, GroupField } from '../../ports/accounts.ts'
import { COUNTED } from './account-schema.ts'
import { USAGE_COLUMNS } from './entry-columns.ts'
import { groupSql } from './group-sql.ts'
import type { Statement } from './row-query.ts'

// Sums as text: above 2^53 a Durable Object gives SQLite integers back rounded.
const SUMS = [
  'COUNT(*) AS calls',
  'COUNT(*) - COUNT(e.cost_nano) AS unknown_cost_calls',
  'CAST(COALESCE(SUM(e.cost_nano), 0) AS TEXT) AS cost_nano',
  ...USAGE_UNITS.map((unit) => `CAST(COALESCE(SUM(e.${USAGE_COLUMNS[unit]}), 0) AS TEXT) AS ${USAGE_COLUMNS[unit]}`),
].join(', ')

/** Throws on a field that is not a `GroupField`. */
export function costStatement(groupBy: readonly GroupField[], range: CostRange): Statement {
  const column = groupSql(range.offsets ?? [])
  const conditions: string[] = [COUNTED]
  const bindings: (number | string)[] = []
  if (range.sinceMs !== undefined) {
    conditions.push('e.admitted_at_ms >= ?')
    bindings.push(range.sinceMs)
  }
  if (range.untilMs !== undefined) {
    conditions.push('e.admitted_at_ms < ?')
    bindings.push(range.untilMs)
  }
  for (const [field, values] of Object.entries(range.where ?? {})) {
    // The field is checked against the table of columns; what it must equal is only ever bound.
    conditions.push(`COALESCE(${column(field)}, '') IN (${values.map(() => '?').join(', ')})`)
    bindings.push(...values)
  }
  const named = groupBy.map((field, index) => `${column(field)} AS group_${index}`)
  const places = groupBy.map((_, index) => index + 1).join(', ')
  const grouping = groupBy.length > 0 ? `GROUP BY ${places} ORDER BY ${places}` : ''
  return {
    sql: `SELECT ${[...named, SUMS].join(', ')} FROM entries AS e WHERE ${conditions.join(' AND ')} ${grouping}`,
    bindings,
  }
}

/** One selected group; undefined for the empty total that SQL gives when no row matched. */
export function readCostGroup(
  cells: Record<string, SqlStorageValue>,
  groupBy: readonly GroupField[],
): CostGroup | undefined {
  const calls = Number(cells.calls)
  if (calls === 0) return undefined
  const group: Partial<Record<GroupField, string>> = {}
  groupBy.forEach((field, index) => {
    const value = cells[`group_${index}`]
    if (value !== null && value !== undefined) group[field] = String(value)
  })
  const usage: Usage = {}
  for (const unit of USAGE_UNITS) {
    const sum = Number(cells[USAGE_COLUMNS[unit]])
    if (sum > 0) usage[unit] = sum
  }
  return {
    group,
    calls,
    unknownCostCalls: Number(cells.unknown_cost_calls),
    usage,
    costNano: String(cells.cost_nano),
  }
}
