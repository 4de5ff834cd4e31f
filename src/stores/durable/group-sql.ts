/** The SQL expression behind each field that costs are grouped and filtered by. */

import { type GroupField, type TagField, tagOfField, type ZoneOffset } from '../../ports/accounts.ts'

type PlainField = Exclude<GroupField, 'hour' | 'day' | 'week' | 'month' | TagField>

const PLAIN: Readonly<Record<PlainField, string>> = {
  team: 'e.team',
  route: 'e.route',
  model: 'COALESCE(e.answered_model, e.asked_model, e.requested_model)',
  provider: 'e.provider',
  key: 'e.key_id',
  user: 'e.user',
  target: 'e.target',
  outcome: 'e.outcome',
  clientWire: 'e.client_wire',
  serviceClass: 'e.service_class',
  usageSource: 'e.usage_source',
  cache: 'e.cache',
  costKnown: "CASE WHEN e.cost_nano IS NULL AND a.delta_nano IS NULL THEN 'no' ELSE 'yes' END",
  kind: "CASE WHEN e.adjusts IS NULL THEN 'call' ELSE 'adjustment' END",
  paradigm: `CASE WHEN e.provider = 'edge' THEN 'edge' WHEN e.client_wire LIKE '%realtime' THEN 'realtime'
    WHEN e.service_class = 'batch' THEN 'batch' WHEN e.stream THEN 'stream' ELSE 'request' END`,
}

/** Gives the expression of a field in a zone; the returned function throws on what is not a `GroupField`. */
export function groupSql(offsets: readonly ZoneOffset[]): (field: string) => string {
  const offsetMs = offsetSql(offsets)
  const local = `(e.admitted_at_ms + ${offsetMs}) / 1000`
  const periods: Readonly<Record<'hour' | 'day' | 'week' | 'month', string>> = {
    day: `date(${local}, 'unixepoch')`,
    // Forward to Sunday (or stay there), back to the Monday before it.
    week: `date(${local}, 'unixepoch', 'weekday 0', '-6 days')`,
    month: `strftime('%Y-%m', ${local}, 'unixepoch')`,
    // With its offset, so that the hour a clock shows twice in autumn stays two hours.
    hour: `strftime('%Y-%m-%dT%H:00', ${local}, 'unixepoch') || ${offsetTextSql(offsetMs)}`,
  }
  const all: Readonly<Record<string, string>> = { ...PLAIN, ...periods }
  return (field) => {
    const tag = tagOfField(field)
    // A tag's name is letters, digits and . _ -, so it can stand in the text.
    if (tag !== undefined) return `json_extract(e.tags, '$."${tag}"')`
    const sql = Object.hasOwn(all, field) ? all[field] : undefined
    if (sql === undefined) throw new RangeError(`cannot group by ${JSON.stringify(field)}`)
    return sql
  }
}

/** The offset that holds for a row. Numbers stand in the text, not among the bound parameters, of which there are only 100. */
function offsetSql(offsets: readonly ZoneOffset[]): string {
  const [first, ...later] = offsets.map(({ fromMs, offsetMs }) => ({
    fromMs: whole(fromMs),
    offsetMs: whole(offsetMs),
  }))
  if (!first) return '0'
  if (later.length === 0) return `(${first.offsetMs})`
  const newestFirst = later.reverse().map((each) => `WHEN e.admitted_at_ms >= ${each.fromMs} THEN ${each.offsetMs}`)
  return `(CASE ${newestFirst.join(' ')} ELSE ${first.offsetMs} END)`
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`a zone offset must be whole milliseconds, not ${value}`)
  return value
}

/** `+05:30` of an offset in milliseconds. */
function offsetTextSql(offsetMs: string): string {
  const minutes = `abs(${offsetMs}) / 60000`
  return `printf('%s%02d:%02d', CASE WHEN ${offsetMs} < 0 THEN '-' ELSE '+' END, ${minutes} / 60, ${minutes} % 60)`
}
