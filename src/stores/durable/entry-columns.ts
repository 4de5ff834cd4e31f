/** Ledger rows as columns of the `entries` table and back: one list that writing and reading share. */

import { USAGE_UNITS, type Usage, type UsageSource, type UsageUnit } from '../../ground/usage.ts'
import type { LedgerRow, Outcome } from '../../ports/accounts.ts'

type Cell = string | number | null
type ColumnValue = string | number | boolean | null | undefined

export const USAGE_COLUMNS: Readonly<Record<UsageUnit, string>> = {
  input: 'usage_input',
  cacheRead: 'usage_cache_read',
  cacheWrite5m: 'usage_cache_write_5m',
  cacheWrite1h: 'usage_cache_write_1h',
  output: 'usage_output',
  reasoning: 'usage_reasoning',
  audioIn: 'usage_audio_in',
  audioOut: 'usage_audio_out',
  imageIn: 'usage_image_in',
  imageOut: 'usage_image_out',
  search: 'usage_search',
  images: 'usage_images',
  audioSeconds: 'usage_audio_seconds',
  characters: 'usage_characters',
}

const COLUMNS: readonly (readonly [name: string, write: (row: LedgerRow) => ColumnValue])[] = [
  ['request_id', (row) => row.requestId],
  ['admitted_at_ms', (row) => row.admittedAtMs],
  ['team', (row) => row.team],
  ['key_id', (row) => row.keyId],
  ['user', (row) => row.user],
  ['route', (row) => row.route],
  ['target', (row) => row.target],
  ['provider', (row) => row.provider],
  ['requested_model', (row) => row.requestedModel],
  ['answered_model', (row) => row.answeredModel],
  ['client_wire', (row) => row.clientWire],
  ['upstream_wire', (row) => row.upstreamWire],
  ['stream', (row) => row.stream],
  ['outcome', (row) => row.outcome],
  ['status', (row) => row.status],
  ['error_kind', (row) => row.errorKind],
  // Known usage has a number in every unit, so that a known zero differs from unknown.
  ...USAGE_UNITS.map((unit) => [USAGE_COLUMNS[unit], (row: LedgerRow) => row.usage && (row.usage[unit] ?? 0)] as const),
  ['usage_source', (row) => row.usageSource],
  ['cost_nano', (row) => row.costNano],
  ['price_hash', (row) => row.priceHash],
  ['price_date', (row) => row.priceDate],
  ['latency_ms', (row) => row.latencyMs],
  ['first_byte_ms', (row) => row.firstByteMs],
  ['attempts', (row) => row.attempts],
  ['warnings', (row) => row.warnings && JSON.stringify(row.warnings)],
  ['revision', (row) => row.revision],
  ['cache', (row) => row.cache],
  ['guard', (row) => row.guard],
  ['service_class', (row) => row.serviceClass],
  ['reply_id', (row) => row.replyId],
  ['billed_nano', (row) => row.billedNano],
  ['asked_model', (row) => row.askedModel],
  ['list_nano', (row) => row.listNano],
  ['tags', (row) => row.tags && JSON.stringify(row.tags)],
  ['chosen_target', (row) => row.chosenTarget],
  ['decisions', (row) => row.decisions && JSON.stringify(row.decisions)],
  ['shadow_of', (row) => row.shadowOf],
  ['likeness', (row) => row.likeness],
  ['saved_nano', (row) => row.savedNano],
  ['adjusts', (row) => row.adjusts],
  ['adjusted_at_ms', (row) => row.adjustedAtMs],
]

/**
 * Stores a JSON array of rows (from `rowsAsJson`) in one statement. Binds `?1` to the array and `?2` to the entry the rows
 * get; a call that was booked `unreported` gets `late` instead. Rows already there stay as they are.
 */
export const INSERT_ENTRIES = `WITH rows(cells) AS MATERIALIZED (SELECT jsonb(value) FROM json_each(?1))
  INSERT INTO entries (${COLUMNS.map(([name]) => name).join(', ')}, entry)
  SELECT ${COLUMNS.map((_, index) => `cells ->> ${index}`).join(', ')},
    CASE WHEN EXISTS (SELECT 1 FROM entries WHERE request_id = cells ->> 0 AND entry = 'unreported') THEN 'late' ELSE ?2 END
  FROM rows WHERE true
  ON CONFLICT (request_id, entry) DO NOTHING`

/** The columns to select for `readEntry`. Money as text: SQLite integers above 2^53 come back rounded. */
export const SELECT_ENTRY = COLUMNS.map(([name]) =>
  name.endsWith('_nano') ? `CAST(e.${name} AS TEXT) AS ${name}` : `e.${name}`,
).join(', ')

/** Values of many rows as the JSON that `INSERT_ENTRIES` takes. */
export function rowsAsJson(rows: readonly LedgerRow[]): string {
  return JSON.stringify(rows.map((row) => COLUMNS.map(([, write]) => write(row) ?? null)))
}

/** A selected entry as a ledger row. */
export function readEntry(cells: Record<string, SqlStorageValue>): LedgerRow {
  const cell = (name: string): Cell => {
    const value = cells[name]
    return typeof value === 'string' || typeof value === 'number' ? value : null
  }
  const text = (name: string): string => String(cell(name) ?? '')
  const number = (name: string): number => Number(cell(name) ?? 0)
  const optional = (name: string): string | undefined => (cell(name) === null ? undefined : text(name))
  const adjusts = optional('adjusts')
  return withoutGaps({
    requestId: text('request_id'),
    kind: adjusts === undefined ? undefined : 'adjustment',
    adjusts,
    adjustedAtMs: adjusts === undefined ? undefined : number('adjusted_at_ms'),
    admittedAtMs: number('admitted_at_ms'),
    team: text('team'),
    keyId: text('key_id'),
    user: optional('user'),
    route: text('route'),
    target: text('target'),
    provider: text('provider'),
    requestedModel: text('requested_model'),
    answeredModel: optional('answered_model'),
    clientWire: text('client_wire'),
    upstreamWire: optional('upstream_wire'),
    stream: number('stream') === 1,
    outcome: text('outcome') as Outcome, // written from a LedgerRow only
    status: number('status'),
    errorKind: optional('error_kind'),
    usage: cell('usage_input') === null ? undefined : readUsage(number),
    usageSource: text('usage_source') as UsageSource, // written from a LedgerRow only
    costNano: optional('cost_nano'),
    priceHash: optional('price_hash'),
    priceDate: optional('price_date'),
    latencyMs: number('latency_ms'),
    firstByteMs: cell('first_byte_ms') === null ? undefined : number('first_byte_ms'),
    attempts: number('attempts'),
    warnings: cell('warnings') === null ? undefined : JSON.parse(text('warnings')),
    revision: text('revision'),
    cache: optional('cache'),
    guard: optional('guard'),
    savedNano: optional('saved_nano'),
    serviceClass: optional('service_class'),
    replyId: optional('reply_id'),
    billedNano: optional('billed_nano'),
    askedModel: optional('asked_model'),
    chosenTarget: optional('chosen_target'),
    shadowOf: optional('shadow_of'),
    likeness: cell('likeness') === null ? undefined : Number(cell('likeness')),
    decisions: cell('decisions') === null ? undefined : JSON.parse(text('decisions')),
    listNano: optional('list_nano'),
    tags: cell('tags') === null ? undefined : JSON.parse(text('tags')),
  })
}

function readUsage(number: (name: string) => number): Usage {
  const usage: Usage = {}
  for (const unit of USAGE_UNITS) {
    const value = number(USAGE_COLUMNS[unit])
    if (value > 0) usage[unit] = value
  }
  return usage
}

function withoutGaps(row: LedgerRow): LedgerRow {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as unknown as LedgerRow // only absent fields left out
}
