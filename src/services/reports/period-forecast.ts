/** The forecast of the calendar period that is running, from the ledger. */

import type { CostRange } from '../../ports/accounts.ts'
import { type Period, type PeriodKind, periodAt } from './calendar/period.ts'
import { type Zone, zoneOffsets } from './calendar/zone.ts'
import { buildCostReport, ledgerFields, type ReportLine } from './cost-report.ts'
import { type Forecast, forecast } from './forecast.ts'
import { type ReportLedger, sumAccounts } from './sum-accounts.ts'

/** Whole days looked back upon. */
const LOOK_BACK_DAYS = 28
const DAY_MS = 86_400_000

export interface PeriodForecast {
  readonly period: Period
  /** From its start until now. */
  readonly spent: ReportLine
  readonly forecast: Forecast
}

/** Days before the first call of the last 28 days do not count: a gateway that is a week old is judged by that week. */
export async function forecastPeriod(
  ledger: ReportLedger,
  asked: {
    readonly kind: PeriodKind
    readonly zone: Zone
    readonly nowMs: number
    readonly where?: CostRange['where']
  },
): Promise<PeriodForecast> {
  const { kind, zone, nowMs, where } = asked
  const period = periodAt(nowMs, kind, zone)
  const today = periodAt(nowMs, 'day', zone)
  const days = lastDays(today, zone)
  const sinceMs = Math.min(days[0]?.startMs ?? today.startMs, period.startMs)
  const offsets = zoneOffsets(zone, sinceMs, nowMs)
  const sum = async (fields: readonly 'day'[], range: { sinceMs: number; untilMs: number }) => {
    const groups = await sumAccounts(ledger, ledgerFields(fields), { ...range, offsets, ...(where && { where }) })
    return buildCostReport(groups, fields, '')
  }
  const spent = (await sum([], { sinceMs: period.startMs, untilMs: nowMs })).total
  const byDay = await sum(['day'], { sinceMs: days[0]?.startMs ?? today.startMs, untilMs: today.startMs })
  const costs = new Map(byDay.lines.map((line) => [line.group.day, BigInt(line.costNano)]))
  const wholeDaysNano = days.slice(firstUsed(days, costs)).map((day) => costs.get(day.label) ?? 0n)
  const { startMs, endMs } = period
  return {
    period,
    spent,
    forecast: forecast({ spentNano: BigInt(spent.costNano), startMs, nowMs, endMs, wholeDaysNano }),
  }
}

/** Whole days before `today`, the oldest first. */
function lastDays(today: Period, zone: Zone): Period[] {
  const days: Period[] = []
  for (let next = today; days.length < LOOK_BACK_DAYS; ) {
    // The day before ends where this one starts, however long it was.
    next = periodAt(next.startMs - 1, 'day', zone)
    days.unshift(next)
    if (next.startMs <= DAY_MS) break
  }
  return days
}

function firstUsed(days: readonly Period[], costs: ReadonlyMap<string | undefined, bigint>): number {
  const index = days.findIndex((day) => costs.has(day.label))
  return index === -1 ? days.length : index
}
