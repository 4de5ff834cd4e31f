/** The forecast, budget, savings and showback reports as JSON. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { formatDollars, type NanoDollars } from '../../ground/money.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { ALLOCATION_RULES, type AllocationRule, allocate } from '../../services/reports/allocate.ts'
import { budgetStatus } from '../../services/reports/budget-status.ts'
import type { PeriodKind } from '../../services/reports/calendar/period.ts'
import { buildCostReport, ledgerFields } from '../../services/reports/cost-report.ts'
import { ledgerSavings } from '../../services/reports/ledger-savings.ts'
import { forecastPeriod, type PeriodForecast } from '../../services/reports/period-forecast.ts'
import { decimalToNano, readDecimal } from '../../services/reports/reconcile/decimal.ts'
import type { Savings } from '../../services/reports/savings.ts'
import { sumAccounts } from '../../services/reports/sum-accounts.ts'
import type { ReportDesk } from './report-handlers.ts'
import { badParameter, readChoice, readFields, readReportQuery } from './report-query.ts'

/** `period` (month) of `zone`, and filters. */
export async function reportForecast(query: URLSearchParams, desk: ReportDesk): Promise<Response | GatewayError> {
  const asked = await readForecast(query, [], desk)
  if (!asked.ok) return asked.error
  const { period, spent, forecast, zone } = asked.value
  const { expectedNano, lowNano, highNano, method, days } = forecast
  return Response.json({
    object: 'cost_forecast',
    zone,
    period,
    spent: { ...money(BigInt(spent.costNano)), calls: spent.calls, unknownCostCalls: spent.unknownCostCalls },
    expected: money(expectedNano),
    low: lowNano === undefined ? null : money(lowNano),
    high: highNano === undefined ? null : money(highNano),
    method,
    days,
  })
}

/** `limit` in dollars and `alert` in percent (repeated) against the running `period` (month) of `zone`, under filters. */
export async function reportBudget(query: URLSearchParams, desk: ReportDesk): Promise<Response | GatewayError> {
  const limit = readDecimal(query.get('limit') ?? '')
  if (!limit || limit.units < 0n) return badParameter('limit', 'write the budget in dollars, such as 500 or 0.25')
  const alerts = query.getAll('alert')
  const wrong = alerts.find((text) => !/^\d{1,3}$/.test(text))
  if (wrong !== undefined) return badParameter('alert', `"${wrong.slice(0, 20)}" is not a percentage such as 80`)
  const asked = await readForecast(query, ['limit', 'alert'], desk)
  if (!asked.ok) return asked.error
  const { period, spent, forecast, zone } = asked.value
  const status = budgetStatus(
    { limitNano: decimalToNano(limit.units), alertPercents: alerts.map(Number) },
    { spentNano: BigInt(spent.costNano), unknownCostCalls: spent.unknownCostCalls, forecast },
  )
  const { limitNano, spentNano, leftNano, ...words } = status
  return Response.json({
    object: 'budget_report',
    zone,
    period,
    limit: money(limitNano),
    spent: money(spentNano),
    left: money(leftNano),
    expected: money(forecast.expectedNano),
    ...words,
  })
}

async function readForecast(
  query: URLSearchParams,
  others: readonly string[],
  desk: ReportDesk,
): Promise<Result<PeriodForecast & { readonly zone: string }, GatewayError>> {
  const nowMs = desk.clock.now()
  const asked = readReportQuery(query, ['period', ...others], nowMs)
  if (!asked.ok) return asked
  const bound = ['since', 'until'].find((name) => query.has(name))
  if (bound !== undefined) return err(badParameter(bound, 'this is of the running period; say which with "period"'))
  const kind = readChoice<PeriodKind>(query, 'period', ['month', 'week', 'day'])
  if (!kind.ok) return kind
  const { zone, range } = asked.value
  const where = range.where && { where: range.where }
  return ok({ ...(await forecastPeriod(desk, { kind: kind.value, zone, nowMs, ...where })), zone: zone.name })
}

/** `reference` (`provider/model`) for edge models, range and filters. */
export async function reportSavings(query: URLSearchParams, desk: ReportDesk): Promise<Response | GatewayError> {
  const asked = readReportQuery(query, ['reference'], desk.clock.now())
  if (!asked.ok) return asked.error
  const reference = readReference(query.get('reference'))
  if (!reference.ok) return reference.error
  const { cache, answers, edge } = await ledgerSavings(desk, asked.value.range, desk.price, reference.value)
  return Response.json({
    object: 'savings_report',
    cache: shownSavings(cache),
    answers: shownSavings(answers),
    edge: edge ? shownSavings(edge) : null,
    ...(!edge && {
      note: 'Savings by edge models need reference=<provider>/<model>: what would have answered instead.',
    }),
  })
}

/** `by` (team), `rule`, `weights` (`team:2`, repeated), `shared` (values that are shared, repeated), range and filters. */
export async function reportShowback(query: URLSearchParams, desk: ReportDesk): Promise<Response | GatewayError> {
  const asked = readReportQuery(query, ['by', 'rule', 'weights', 'shared'], desk.clock.now())
  if (!asked.ok) return asked.error
  const by = readFields(query, 'by', ['team'])
  if (!by.ok) return by.error
  const [field, ...more] = by.value
  if (field === undefined || more.length > 0) return badParameter('by', 'cost is charged to one field')
  const rule = readRule(query)
  if (!rule.ok) return rule.error
  const misspelt = field === 'team' ? await unknownTeam(query, rule.value, desk) : undefined
  if (misspelt) return misspelt
  const groups = await sumAccounts(desk, ledgerFields([field]), asked.value.range)
  const report = buildCostReport(groups, [field], desk.organisation)
  const shared = new Set(['', ...query.getAll('shared')])
  const costs = report.lines.map(({ group, costNano, unknownCostCalls }) => ({
    owner: group[field] ?? '',
    costNano: BigInt(costNano),
    unknownCostCalls,
  }))
  const allocation = allocate(costs, (owner) => shared.has(owner), rule.value)
  if (!allocation.ok) return gatewayError('invalid-request', `This cannot be charged so: ${allocation.error}.`)
  const { lines, sharedNano, sharedUnknownCostCalls, unallocatedNano } = allocation.value
  return Response.json({
    object: 'showback_report',
    by: field,
    rule: allocation.value.rule,
    data: lines.map((line) => ({
      owner: line.owner,
      direct: money(line.directNano),
      shared: money(line.sharedNano),
      total: money(line.totalNano),
      unknownCostCalls: line.unknownCostCalls,
    })),
    shared: { ...money(sharedNano), unknownCostCalls: sharedUnknownCostCalls },
    unallocated: money(unallocatedNano),
    total: { ...money(BigInt(report.total.costNano)), unknownCostCalls: report.total.unknownCostCalls },
  })
}

/** A team that is not there would take its part, or share nothing, and nobody would notice. */
async function unknownTeam(
  query: URLSearchParams,
  rule: AllocationRule,
  desk: ReportDesk,
): Promise<GatewayError | undefined> {
  const teams = await desk.teams()
  const wrong = (names: readonly string[]): string | undefined => names.find((name) => !teams.includes(name))
  const reason = (name: string): string => `there is no team "${name.slice(0, 40)}"; teams are ${teams.join(', ')}`
  const shared = wrong(query.getAll('shared'))
  if (shared !== undefined) return badParameter('shared', reason(shared))
  const weighted = rule.rule === 'weights' ? wrong(Object.keys(rule.weights)) : undefined
  return weighted === undefined ? undefined : badParameter('weights', reason(weighted))
}

function readReference(text: string | null): Result<{ provider: string; model: string } | undefined, GatewayError> {
  if (text === null) return ok(undefined)
  const at = text.indexOf('/')
  if (at < 1 || at === text.length - 1)
    return err(badParameter('reference', 'write a provider and its model, such as acme/small-1'))
  return ok({ provider: text.slice(0, at), model: text.slice(at + 1) })
}

function readRule(query: URLSearchParams): Result<AllocationRule, GatewayError> {
  const rule = readChoice(query, 'rule', ALLOCATION_RULES)
  if (!rule.ok) return rule
  if (rule.value !== 'weights')
    return query.has('weights') ? err(badParameter('weights', 'they need rule=weights')) : ok({ rule: rule.value })
  const weights: Record<string, number> = {}
  for (const text of query.getAll('weights')) {
    const [, owner, weight] = /^(.+):(\d{1,9})$/.exec(text) ?? []
    if (owner === undefined) return err(badParameter('weights', `write team:2, not "${text.slice(0, 40)}"`))
    weights[owner] = Number(weight)
  }
  return ok({ rule: 'weights', weights })
}

function shownSavings({ savedNano, calls, unpricedCalls, assumption }: Savings): Record<string, unknown> {
  return { saved: money(savedNano), calls, unpricedCalls, assumption }
}

function money(nano: NanoDollars): { readonly nano: string; readonly usd: string } {
  return { nano: nano.toString(), usd: formatDollars(nano) }
}
