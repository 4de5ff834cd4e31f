/** Writes the SQL of a cost report and reads its groups; the only column names in it come from the tables here. */

import { USAGE_UNITS, type Usage } from '../../ground/usage.ts'
import type { CostGroup, GroupField } from '../../ports/accounts.ts'
import { COUNTED } from './account-schema.ts'
import { USAGE_COLUMNS } from './entry-columns.ts'
import type { Statement } from './row-query.ts'

const GROUP_SQL: Readonly<Record<GroupField, string>> = {
  team: 'e.team',
  route: 'e.route',
  model: 'COALESCE(e.answered_model, e.requested_model)',
  provider: 'e.provider',
  key: 'e.key_id',
  user: 'e.user',
  target: 'e.target',
  outcome: 'e.outcome',
  day: "date(e.admitted_at_ms / 1000, 'unixepoch')",
}

// Sums as text: above 2^53 a Durable Object gives SQLite integers back rounded.
const SUMS = [
  'COUNT(*) AS calls',
  'COUNT(*) - COUNT(e.cost_nano) AS unknown_cost_calls',
  'CAST(COALESCE(SUM(e.cost_nano), 0) AS TEXT) AS cost_nano',
  ...USAGE_UNITS.map((unit) => `CAST(COALESCE(SUM(e.${USAGE_COLUMNS[unit]}), 0) AS TEXT) AS ${USAGE_COLUMNS[unit]}`),
].join(', ')

/** `sinceMs` is included, `untilMs` is not. Throws on a field that is not a `GroupField`. */
export function costStatement(
  groupBy: readonly GroupField[],
  range: { readonly sinceMs?: number; readonly untilMs?: number },
): Statement {
  const columns = groupBy.map(groupColumn)
  const conditions: string[] = [COUNTED]
  const bindings: number[] = []
  if (range.sinceMs !== undefined) {
    conditions.push('e.admitted_at_ms >= ?')
    bindings.push(range.sinceMs)
  }
  if (range.untilMs !== undefined) {
    conditions.push('e.admitted_at_ms < ?')
    bindings.push(range.untilMs)
  }
  const named = columns.map((column, index) => `${column} AS group_${index}`)
  const places = columns.map((_, index) => index + 1).join(', ')
  const grouping = columns.length > 0 ? `GROUP BY ${places} ORDER BY ${places}` : ''
  return {
    sql: `SELECT ${[...named, SUMS].join(', ')} FROM entries AS e WHERE ${conditions.join(' AND ')} ${grouping}`,
    bindings,
  }
}

function groupColumn(field: GroupField): string {
  if (!Object.hasOwn(GROUP_SQL, field)) throw new RangeError(`cannot group by ${JSON.stringify(field)}`)
  return GROUP_SQL[field]
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
