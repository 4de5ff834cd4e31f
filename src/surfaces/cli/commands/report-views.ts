/** `sluice report forecast`, `budget`, `savings` and `showback`. */

import { parseArgs } from 'node:util'
import type { CliIo } from '../cli-io.ts'
import { connect } from '../connect.ts'
import { table } from '../table.ts'
import { REPORT_OPTIONS, reportQuery } from './report-options.ts'

interface Money {
  readonly nano: string
  readonly usd: string
}

interface ForecastAnswer {
  readonly zone: string
  readonly period: { readonly label: string; readonly kind: string }
  readonly spent: Money & { readonly calls: number; readonly unknownCostCalls: number }
  readonly expected: Money
  readonly low: Money | null
  readonly high: Money | null
  readonly method: string
}

export async function reportForecast(args: string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({ args, options: { ...REPORT_OPTIONS, period: { type: 'string' } } })
  const query = reportQuery(values)
  if (values.period !== undefined) query.set('period', values.period)
  const admin = await connect(values, io)
  const answer = await admin.call<ForecastAnswer>('GET', `/admin/v1/reports/forecast?${query}`)
  if (values.json) return show(io, `${JSON.stringify(answer)}\n`)
  const { period, zone, spent, expected, low, high, method } = answer
  const band = low && high ? `, between ${low.usd} and ${high.usd}` : ''
  return show(
    io,
    [
      `${period.kind} ${period.label} (${zone})`,
      `spent so far   ${spent.usd} USD in ${spent.calls} calls${unknownNote(spent.unknownCostCalls)}`,
      `at its end     ${expected.usd} USD${band}`,
      `method         ${method}`,
      '',
    ].join('\n'),
  )
}

interface BudgetAnswer {
  readonly zone: string
  readonly period: { readonly label: string; readonly kind: string }
  readonly limit: Money
  readonly spent: Money
  readonly left: Money
  readonly expected: Money
  readonly usedPercent?: number
  readonly state: string
  readonly alertPercent?: number
  readonly outlook?: string
  readonly unknownCostCalls: number
}

export async function reportBudget(args: string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...REPORT_OPTIONS,
      period: { type: 'string' },
      limit: { type: 'string', default: '' },
      alert: { type: 'string', multiple: true, default: [] },
    },
  })
  const query = reportQuery(values)
  query.set('limit', values.limit)
  if (values.period !== undefined) query.set('period', values.period)
  for (const alert of values.alert) query.append('alert', alert)
  const admin = await connect(values, io)
  const answer = await admin.call<BudgetAnswer>('GET', `/admin/v1/reports/budget?${query}`)
  if (values.json) return show(io, `${JSON.stringify(answer)}\n`)
  const { period, zone, limit, spent, left, expected, usedPercent, state, alertPercent, outlook } = answer
  const alert = alertPercent === undefined ? '' : `, past ${alertPercent}%`
  return show(
    io,
    [
      `${period.kind} ${period.label} (${zone}): ${state}${alert}`,
      `budget   ${limit.usd} USD`,
      `spent    ${spent.usd} USD${usedPercent === undefined ? '' : ` (${usedPercent}%)`}${unknownNote(answer.unknownCostCalls)}`,
      `left     ${left.usd} USD`,
      `at end   ${expected.usd} USD; to pass the budget: ${outlook === 'within' ? 'not expected' : outlook}`,
      '',
    ].join('\n'),
  )
}

interface SavingsAnswer {
  readonly cache: SavingsPart
  readonly answers: SavingsPart
  readonly edge: SavingsPart | null
  readonly note?: string
}

interface SavingsPart {
  readonly saved: Money
  readonly calls: number
  readonly unpricedCalls: number
  readonly assumption: string
}

export async function reportSavings(args: string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({ args, options: { ...REPORT_OPTIONS, reference: { type: 'string' } } })
  const query = reportQuery(values)
  if (values.reference !== undefined) query.set('reference', values.reference)
  const admin = await connect(values, io)
  const answer = await admin.call<SavingsAnswer>('GET', `/admin/v1/reports/savings?${query}`)
  if (values.json) return show(io, `${JSON.stringify(answer)}\n`)
  const part = (name: string, { saved, calls, unpricedCalls, assumption }: SavingsPart): string => {
    const left = unpricedCalls > 0 ? `; ${unpricedCalls} calls left out, as their price or usage is unknown` : ''
    return `${name}  ${saved.usd} USD on ${calls} calls${left}\n         ${assumption}\n`
  }
  const edge = answer.edge ? part('edge   ', answer.edge) : `edge     ${answer.note ?? ''}\n`
  return show(io, part('cache  ', answer.cache) + part('answers', answer.answers) + edge)
}

interface ShowbackAnswer {
  readonly by: string
  readonly rule: string
  readonly data: readonly ShowbackLine[]
  readonly shared: Money & { readonly unknownCostCalls: number }
  readonly unallocated: Money
  readonly total: Money & { readonly unknownCostCalls: number }
}

interface ShowbackLine {
  readonly owner: string
  readonly direct: Money
  readonly shared: Money
  readonly total: Money
  readonly unknownCostCalls: number
}

export async function reportShowback(args: string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...REPORT_OPTIONS,
      by: { type: 'string' },
      rule: { type: 'string' },
      weights: { type: 'string', multiple: true, default: [] },
      shared: { type: 'string', multiple: true, default: [] },
    },
  })
  const query = reportQuery(values)
  if (values.by !== undefined) query.set('by', values.by)
  if (values.rule !== undefined) query.set('rule', values.rule)
  for (const weight of values.weights) query.append('weights', weight)
  for (const shared of values.shared) query.append('shared', shared)
  const admin = await connect(values, io)
  const answer = await admin.call<ShowbackAnswer>('GET', `/admin/v1/reports/showback?${query}`)
  if (values.json) return show(io, `${JSON.stringify(answer)}\n`)
  const lines = table<ShowbackLine>(
    answer.data,
    [
      { title: answer.by, cell: (line) => line.owner },
      { title: 'direct USD', align: 'right', cell: (line) => line.direct.usd },
      { title: 'shared USD', align: 'right', cell: (line) => line.shared.usd },
      { title: 'total USD', align: 'right', cell: (line) => line.total.usd },
      { title: 'cost unknown', align: 'right', cell: (line) => unknownNote(line.unknownCostCalls).slice(2) },
    ],
    'no calls in this period',
  )
  const { rule, shared, unallocated, total } = answer
  return show(
    io,
    `${lines}${rule}: ${shared.usd} USD shared, ${unallocated.usd} USD not charged to anyone, ${total.usd} USD in all${unknownNote(total.unknownCostCalls)}\n`,
  )
}

function unknownNote(calls: number): string {
  return calls === 0 ? '' : `, ${calls} calls of unknown cost`
}

function show(io: CliIo, text: string): number {
  io.stdout(text)
  return 0
}
