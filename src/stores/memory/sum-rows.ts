/** Sums ledger rows by group as the Account object's SQL does. */

import { addUsage } from '../../ground/usage.ts'
import {
  type CostGroup,
  type CostRange,
  type GroupField,
  isGroupField,
  type LedgerRow,
  type Paradigm,
  type TagField,
  tagOfField,
  type ZoneOffset,
} from '../../ports/accounts.ts'
import { listedNano } from '../reprice-rules.ts'

const DAY_MS = 86_400_000

/** The rows that pass `where`, added up by group. The time range is the caller's. Throws on what is not a `GroupField`. */
export function sumRows(rows: readonly LedgerRow[], groupBy: readonly GroupField[], range: CostRange): CostGroup[] {
  const { where = {}, offsets = [] } = range
  const filters = Object.entries(where) as [GroupField, readonly string[]][] // the keys of a Record<GroupField, …>
  for (const field of [...groupBy, ...filters.map(([name]) => name)]) {
    if (!isGroupField(field)) throw new RangeError(`cannot group by ${JSON.stringify(field)}`)
  }
  const groups = new Map<string, CostGroup>()
  for (const row of rows) {
    if (!filters.every(([field, values]) => values.includes(groupValue(row, field, offsets) ?? ''))) continue
    const values = groupBy.map((field) => groupValue(row, field, offsets))
    const id = JSON.stringify(values.map((value) => value ?? null))
    groups.set(id, addRow(groups.get(id) ?? emptyGroup(groupBy, values), row))
  }
  return [...groups.values()]
}

function emptyGroup(groupBy: readonly GroupField[], values: readonly (string | undefined)[]): CostGroup {
  const group: Partial<Record<GroupField, string>> = {}
  groupBy.forEach((field, index) => {
    const value = values[index]
    if (value !== undefined) group[field] = value
  })
  return { group, calls: 0, unknownCostCalls: 0, usage: {}, costNano: '0', listNano: '0' }
}

function addRow(known: CostGroup, row: LedgerRow): CostGroup {
  return {
    group: known.group,
    calls: known.calls + (row.kind === 'adjustment' ? 0 : 1),
    unknownCostCalls: known.unknownCostCalls + (row.costNano === undefined ? 1 : 0),
    usage: addUsage(known.usage, row.usage ?? {}),
    costNano: (BigInt(known.costNano) + BigInt(row.costNano ?? 0)).toString(),
    listNano: (BigInt(known.listNano) + listedNano(row)).toString(),
    ...savedWith(known, row),
  }
}

function savedWith({ saved }: CostGroup, { savedNano }: LedgerRow): Pick<CostGroup, 'saved'> {
  if (savedNano === undefined) return saved ? { saved } : {}
  return {
    saved: { calls: (saved?.calls ?? 0) + 1, nano: (BigInt(saved?.nano ?? 0) + BigInt(savedNano)).toString() },
  }
}

function groupValue(row: LedgerRow, field: GroupField, offsets: readonly ZoneOffset[]): string | undefined {
  const tag = tagOfField(field)
  if (tag !== undefined) return row.tags?.[tag]
  const offsetMs = offsetAt(row.admittedAtMs, offsets)
  const local = new Date(row.admittedAtMs + offsetMs)
  const plain = field as Exclude<GroupField, TagField> // tags are answered above
  switch (plain) {
    case 'model':
      return row.answeredModel ?? row.askedModel ?? row.requestedModel
    case 'kind':
      return row.kind ?? 'call'
    case 'key':
      return row.keyId
    case 'costKnown':
      return row.costNano === undefined ? 'no' : 'yes'
    case 'paradigm':
      return paradigmOf(row)
    case 'hour':
      return `${local.toISOString().slice(0, 13)}:00${offsetText(offsetMs)}`
    case 'day':
      return local.toISOString().slice(0, 10)
    case 'week':
      return new Date(local.getTime() - ((local.getUTCDay() + 6) % 7) * DAY_MS).toISOString().slice(0, 10)
    case 'month':
      return local.toISOString().slice(0, 7)
    default:
      return row[plain]
  }
}

function paradigmOf(row: LedgerRow): Paradigm {
  if (row.provider === 'edge') return 'edge'
  if (row.clientWire.endsWith('realtime')) return 'realtime'
  if (row.serviceClass === 'batch') return 'batch'
  return row.stream ? 'stream' : 'request'
}

function offsetAt(atMs: number, offsets: readonly ZoneOffset[]): number {
  return (offsets.findLast((each) => each.fromMs <= atMs) ?? offsets[0])?.offsetMs ?? 0
}

function offsetText(offsetMs: number): string {
  const minutes = Math.trunc(Math.abs(offsetMs) / 60_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`
}
