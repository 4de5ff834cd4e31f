/** A report of cost: the ledger's sums of many accounts added where their fields agree, with what is unknown kept apart. */

import { addUsage, type Usage } from '../../ground/usage.ts'
import type { CostGroup, GroupField } from '../../ports/accounts.ts'
import type { ReportField } from './report-fields.ts'

/** A sum of the ledger. Calls without a known cost are counted in `calls`, and in no amount of money. */
export interface ReportLine {
  /** Values of the fields asked for; a field that the calls do not have is absent. */
  readonly group: Readonly<Partial<Record<ReportField, string>>>
  readonly calls: number
  readonly unknownCostCalls: number
  /** Of all calls that have a known usage. */
  readonly usage: Usage
  /** Of the calls whose cost is known: what the cost was paid for. */
  readonly pricedUsage: Usage
  /** Decimal digits of whole nano-dollars. */
  readonly costNano: string
  /** The same at list prices: above `costNano` where discounts or lower prices were agreed. */
  readonly listNano: string
}

export interface CostReport {
  readonly by: readonly ReportField[]
  /** The dearest first; equal ones by name. */
  readonly lines: readonly ReportLine[]
  /** Every line added up. */
  readonly total: ReportLine
}

/** What to ask the accounts for, so that `buildCostReport` can tell priced usage from the rest. */
export function ledgerFields(by: readonly ReportField[]): GroupField[] {
  return [...by.filter((field): field is GroupField => field !== 'organisation' && field !== 'costKnown'), 'costKnown']
}

/** `groups` are any accounts' sums by `ledgerFields(by)`. */
export function buildCostReport(
  groups: readonly CostGroup[],
  by: readonly ReportField[],
  organisation: string,
): CostReport {
  const lines = new Map<string, ReportLine>()
  for (const sum of groups) {
    const line = lineOf(sum, by, organisation)
    const id = groupId(line, by)
    const known = lines.get(id)
    lines.set(id, known ? addLines(known, line) : line)
  }
  const sorted = [...lines.values()].sort((a, b) => byCost(a, b) || (groupId(a, by) < groupId(b, by) ? -1 : 1))
  return { by, lines: sorted, total: totalOf(sorted) }
}

/** The lines added up, as one line without fields. */
function totalOf(lines: readonly ReportLine[]): ReportLine {
  return lines.reduce<ReportLine>((sum, line) => ({ ...addLines(sum, line), group: {} }), EMPTY)
}

const EMPTY: ReportLine = {
  group: {},
  calls: 0,
  unknownCostCalls: 0,
  usage: {},
  pricedUsage: {},
  costNano: '0',
  listNano: '0',
}

function lineOf(sum: CostGroup, by: readonly ReportField[], organisation: string): ReportLine {
  const group: Partial<Record<ReportField, string>> = {}
  for (const field of by) {
    const value = field === 'organisation' ? organisation : sum.group[field]
    if (value !== undefined) group[field] = value
  }
  const { calls, unknownCostCalls, usage, costNano, listNano } = sum
  const pricedUsage = sum.group.costKnown === 'yes' ? usage : {}
  return { group, calls, unknownCostCalls, usage, pricedUsage, costNano, listNano }
}

function groupId(line: ReportLine, by: readonly ReportField[]): string {
  return JSON.stringify(by.map((field) => line.group[field] ?? null))
}

function byCost(a: ReportLine, b: ReportLine): number {
  const [left, right] = [BigInt(a.costNano), BigInt(b.costNano)]
  return left > right ? -1 : left < right ? 1 : 0
}

function addLines(a: ReportLine, b: ReportLine): ReportLine {
  return {
    group: a.group,
    calls: a.calls + b.calls,
    unknownCostCalls: a.unknownCostCalls + b.unknownCostCalls,
    usage: addUsage(a.usage, b.usage),
    pricedUsage: addUsage(a.pricedUsage, b.pricedUsage),
    costNano: (BigInt(a.costNano) + BigInt(b.costNano)).toString(),
    listNano: (BigInt(a.listNano) + BigInt(b.listNano)).toString(),
  }
}
