/** The ledger as a whole against all calls: nothing lost, nothing twice, nothing invented, and every sum the same. */

import type { LedgerRow, UnreportedRange } from '../../src/ports/accounts.ts'
import type { CounterState } from '../../src/ports/credit.ts'
import { MONEY_LIMIT } from './documents.ts'
import { isStranger, judgeRow, type MadeCall, type Verdict } from './judge.ts'
import { MAX_TOKENS, NANO } from './plan.ts'

/** What the gateway says when all is quiet. */
export interface Books {
  readonly rows: readonly LedgerRow[]
  readonly unreported: readonly UnreportedRange[]
  /** Of the teams' accounts. */
  readonly counters: readonly CounterState[]
  /** Of the organisation's account. */
  readonly shared: readonly CounterState[]
  readonly reportNano: bigint
  readonly reportCalls: number
}

export interface Audit {
  readonly calls: number
  /** Calls by what is known of them in the ledger. */
  readonly known: Readonly<Record<'row' | 'unreported row' | 'unreported range' | 'never admitted', number>>
  readonly lost: number
  readonly duplicates: number
  readonly invented: number
  readonly offNano: bigint
  readonly basis: Readonly<Record<Verdict['basis'], number>>
  readonly rowsNano: bigint
  readonly countersNano: bigint
  readonly reportNano: bigint
  /** Booked for credit that killed processes held. */
  readonly heldNano: bigint
  readonly reserved: number
  readonly faults: readonly string[]
}

export function audit(calls: readonly MadeCall[], killed: ReadonlySet<string>, books: Books): Audit {
  const faults: string[] = []
  const byTag = groupBy(books.rows, (row) => row.user ?? '')
  const byId = groupBy(books.rows, (row) => row.requestId)
  const duplicates = [...byId.values()].filter((rows) => rows.length > 1).length
  const known = { row: 0, 'unreported row': 0, 'unreported range': 0, 'never admitted': 0 }
  const basis = { reported: 0, partial: 0, estimated: 0, unknown: 0, nothing: 0 }
  let [lost, twice, offNano, nameless, heldCalls] = [0, 0, 0n, 0, 0]
  const matched = new Set<string>()
  for (const call of calls) {
    const { tag } = call.plan
    const [row, another] = byTag.get(tag) ?? []
    if (another) twice++
    if (row) {
      known.row++
      matched.add(row.requestId)
      const verdict = judgeRow(call, row)
      faults.push(...verdict.faults)
      offNano += verdict.offNano
      basis[verdict.basis]++
      continue
    }
    if (call.upstream.asked > 0 && call.plan.accounting !== 'free') heldCalls++
    const where = placeWithoutRow(call, byId, books.unreported)
    if (where !== undefined && (where === 'never admitted' || killed.has(call.incarnation))) known[where]++
    else if (killed.has(call.incarnation) && call.client.requestId === undefined) nameless++
    else {
      lost++
      faults.push(`${tag}: no row (client ${JSON.stringify(call.client)}, upstream ${JSON.stringify(call.upstream)})`)
    }
    if (where === 'unreported row' && call.client.requestId) matched.add(call.client.requestId)
  }
  // Calls of killed processes whose clients never heard their id: among the unreported, one for each.
  const spareRows = books.rows.filter((row) => isUnreportedCall(row) && !matched.has(row.requestId)).length
  const spareRange = books.unreported.reduce((sum, { from, to }) => sum + to - from, 0) - known['unreported range']
  if (nameless > spareRows + spareRange) {
    lost += nameless - spareRows - spareRange
    faults.push(`${nameless} calls without an id, ${spareRows} unreported rows and ${spareRange} possible calls`)
  }
  known['unreported row'] += Math.min(nameless, spareRows)
  known['unreported range'] += Math.min(Math.max(0, nameless - spareRows), spareRange)
  const invented = inventedRows(calls, killed, books.rows, matched)
  const rowsNano = sum(books.rows.map((row) => BigInt(row.costNano ?? 0)))
  const heldNano = sum(books.rows.filter(isHeld).map((row) => BigInt(row.costNano ?? 0)))
  const money = books.counters.filter(({ limit }) => limit.startsWith(MONEY_LIMIT))
  const countersNano = sum(money.map(({ spent }) => BigInt(spent)))
  const reserved = [...books.counters, ...books.shared].reduce((total, each) => total + each.reserved, 0)
  if (rowsNano !== countersNano) faults.push(`rows ${rowsNano}, counters ${countersNano}`)
  if (rowsNano !== books.reportNano) faults.push(`rows ${rowsNano}, report ${books.reportNano}`)
  const callRows = books.rows.filter((row) => row.kind !== 'adjustment').length
  if (callRows !== books.reportCalls) faults.push(`${callRows} rows, ${books.reportCalls} in the report`)
  // Of what died unreported nobody knows the use; its hold covers the longest answer, and must be booked.
  const leastHeldNano = BigInt(heldCalls) * BigInt(MAX_TOKENS * NANO.output)
  if (heldNano < leastHeldNano) faults.push(`${heldNano} booked for ${heldCalls} calls that held ${leastHeldNano}`)
  if (reserved !== 0) faults.push(`${reserved} still reserved`)
  if (duplicates + twice > 0) faults.push(`${duplicates} ids twice, ${twice} calls twice`)
  if (invented > 0) faults.push(`${invented} rows of no call`)
  return {
    calls: calls.length,
    known,
    lost,
    duplicates: duplicates + twice,
    invented,
    offNano,
    basis,
    rowsNano,
    countersNano,
    reportNano: books.reportNano,
    heldNano,
    reserved,
    faults,
  }
}

/** Where a call without a row of its own is known; undefined when nowhere. */
function placeWithoutRow(
  { client, upstream }: MadeCall,
  byId: ReadonlyMap<string, readonly LedgerRow[]>,
  ranges: readonly UnreportedRange[],
): keyof Audit['known'] | undefined {
  const id = client.requestId
  if (id !== undefined && byId.get(id)?.some((row) => row.outcome === 'unreported')) return 'unreported row'
  if (id !== undefined && isWithin(id, ranges)) return 'unreported range'
  // Refused because the ledger could not be reached, or its connection broke before it was one.
  return isStranger(id) && upstream.asked === 0 ? 'never admitted' : undefined
}

/** Rows that no call explains: with an unknown name, without a name, or unreported without a killed process. */
function inventedRows(
  calls: readonly MadeCall[],
  killed: ReadonlySet<string>,
  rows: readonly LedgerRow[],
  matched: ReadonlySet<string>,
): number {
  const spare = rows.filter((row) => !matched.has(row.requestId) && !isHeld(row))
  const tags = new Set(calls.map(({ plan }) => plan.tag))
  const own = new Set(rows.filter((row) => row.user && tags.has(row.user)).map((row) => row.user))
  const killedWithoutRow = calls.filter(({ plan, incarnation }) => killed.has(incarnation) && !own.has(plan.tag)).length
  const cutBeforeBody = calls.filter(({ plan }) => plan.fault === 'request-cut' && !own.has(plan.tag)).length
  const unreported = spare.filter(isUnreportedCall).length
  const named = spare.filter((row) => row.user && !tags.has(row.user)).length
  const unnamed = spare.filter((row) => !row.user && row.outcome !== 'unreported').length
  return named + Math.max(0, unreported - killedWithoutRow) + Math.max(0, unnamed - cutBeforeBody)
}

function isHeld(row: LedgerRow): boolean {
  return (row.adjusts ?? row.requestId).endsWith('_held')
}

function isUnreportedCall(row: LedgerRow): boolean {
  return row.outcome === 'unreported' && !isHeld(row)
}

function isWithin(requestId: string, ranges: readonly UnreportedRange[]): boolean {
  const [, lease, slot] = requestId.split('_')
  return ranges.some(({ leaseId, from, to }) => leaseId === lease && Number(slot) >= from && Number(slot) < to)
}

function groupBy<Value>(values: readonly Value[], key: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>()
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value])
  return groups
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n)
}
