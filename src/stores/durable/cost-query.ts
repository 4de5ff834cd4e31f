/** Writes the SQL of a cost report and reads its groups; the only column names in it come from the tables here. */

import { USAGE_UNITS, type Usage } from '../../ground/usage.ts'
import { type CostGroup, type CostRange, type GroupField, tellsKinds } from '../../ports/accounts.ts'
import { ADJUSTED, APART, COUNTED } from './account-schema.ts'
import { USAGE_COLUMNS } from './entry-columns.ts'
import { groupSql } from './group-sql.ts'
import type { Statement } from './row-query.ts'

// Sums as text: above 2^53 a Durable Object gives SQLite integers back rounded.
const SUMS = [
  'COUNT(*) AS entries',
  'COUNT(*) - COUNT(e.adjusts) AS calls',
  'COUNT(*) - COUNT(COALESCE(e.cost_nano, a.delta_nano)) AS unknown_cost_calls',
  'CAST(COALESCE(SUM(COALESCE(e.cost_nano, 0) + COALESCE(a.delta_nano, 0)), 0) AS TEXT) AS cost_nano',
  'CAST(COALESCE(SUM(COALESCE(e.list_nano, e.cost_nano, 0) + COALESCE(a.delta_list_nano, 0)), 0) AS TEXT) AS list_nano',
  'COUNT(e.saved_nano) AS saved_calls',
  'CAST(SUM(e.saved_nano) AS TEXT) AS saved_nano',
  ...USAGE_UNITS.map((unit) => `CAST(COALESCE(SUM(e.${USAGE_COLUMNS[unit]}), 0) AS TEXT) AS ${USAGE_COLUMNS[unit]}`),
].join(', ')

/** Throws on a field that is not a `GroupField`. */
export function costStatement(groupBy: readonly GroupField[], range: CostRange): Statement {
  const column = groupSql(range.offsets ?? [])
  const apart = tellsKinds(groupBy, range)
  const conditions: string[] = apart ? [COUNTED] : [COUNTED, 'e.adjusts IS NULL']
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
    conditions.push(`COALESCE(${column(field)}, '') IN (${(values ?? []).map(() => '?').join(', ')})`)
    bindings.push(...(values ?? []))
  }
  const named = groupBy.map((field, index) => `${column(field)} AS group_${index}`)
  const places = groupBy.map((_, index) => index + 1).join(', ')
  const grouping = groupBy.length > 0 ? `GROUP BY ${places} ORDER BY ${places}` : ''
  return {
    sql: `SELECT ${[...named, SUMS].join(', ')} 
      FROM entries AS e LEFT JOIN ${apart ? APART : ADJUSTED} AS a ON a.call = e.request_id
      WHERE ${conditions.join(' AND ')} ${grouping}`,
    bindings,
  }
}

/** One selected group; undefined for the empty total that SQL gives when nothing matched. */
export function readCostGroup(
  cells: Record<string, SqlStorageValue>,
  groupBy: readonly GroupField[],
): CostGroup | undefined {
  if (Number(cells.entries) === 0) return undefined
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
    calls: Number(cells.calls),
    unknownCostCalls: Number(cells.unknown_cost_calls),
    usage,
    costNano: String(cells.cost_nano),
    listNano: String(cells.list_nano),
    ...(Number(cells.saved_calls) > 0 && {
      saved: { calls: Number(cells.saved_calls), nano: String(cells.saved_nano) },
    }),
  }
}
