/** Admin API of reports for finance: cost, forecast, budget, savings, showback. */

import type { GatewayError } from '../../ground/error.ts'
import type { Clock } from '../../ports/clock.ts'
import { buildCostReport, ledgerFields } from '../../services/reports/cost-report.ts'
import { FOCUS_FIELDS, focusCsv } from '../../services/reports/focus-csv.ts'
import { reportCsv } from '../../services/reports/report-csv.ts'
import { type ReportDocument, reportDocument } from '../../services/reports/report-document.ts'
import { reportParquet } from '../../services/reports/report-parquet.ts'
import { type ReportLedger, sumAccounts } from '../../services/reports/sum-accounts.ts'
import type { Pricer } from '../../services/reports/unit-prices.ts'
import type { Handler } from '../http/app.ts'
import { errorReply } from '../http/error-shape.ts'
import type { HandlerName } from '../http/route-table.ts'
import { reportAb } from './report-ab.ts'
import { badParameter, noSuchTeam, readChoice, readFields, readReportQuery } from './report-query.ts'
import { reportBudget, reportForecast, reportSavings, reportShowback } from './report-views.ts'

export interface ReportDesk extends ReportLedger {
  readonly organisation: string
  readonly clock: Clock
  /** Prices calls as the gateway does, by the names that rows carry. */
  readonly price: Pricer
}

type ReportHandlers = Pick<
  Record<HandlerName, Handler>,
  'reportCost' | 'reportAb' | 'reportForecast' | 'reportBudget' | 'reportSavings' | 'reportShowback'
>

export function reportHandlers(desk: ReportDesk): ReportHandlers {
  const answer =
    (view: (query: URLSearchParams, desk: ReportDesk) => Promise<Response | GatewayError>): Handler =>
    async ({ request }) => {
      const query = new URL(request.url).searchParams
      const reply = (await unknownTeam(query, desk)) ?? (await view(query, desk))
      return reply instanceof Response ? reply : errorReply(reply, 'openai-chat')
    }
  return {
    reportCost: answer(reportCost),
    reportAb: answer(reportAb),
    reportForecast: answer(reportForecast),
    reportBudget: answer(reportBudget),
    reportSavings: answer(reportSavings),
    reportShowback: answer(reportShowback),
  }
}

/** A misspelt team would look like one that spent nothing. */
async function unknownTeam(query: URLSearchParams, desk: ReportDesk): Promise<GatewayError | undefined> {
  const asked = query.getAll('team')
  if (asked.length === 0) return undefined
  const teams = await desk.teams()
  const stray = asked.find((team) => !teams.includes(team))
  return stray === undefined ? undefined : noSuchTeam(stray, teams)
}

async function reportCost(query: URLSearchParams, desk: ReportDesk): Promise<Response | GatewayError> {
  const asked = readReportQuery(query, ['group_by', 'format'], desk.clock.now())
  if (!asked.ok) return asked.error
  const format = readChoice(query, 'format', ['json', 'csv', 'focus', 'parquet'])
  if (!format.ok) return format.error
  if (format.value === 'focus' && query.has('group_by'))
    return badParameter('group_by', 'charges in FOCUS are always by day, team, key, route and model')
  const by =
    format.value === 'focus' ? { ok: true as const, value: FOCUS_FIELDS } : readFields(query, 'group_by', ['route'])
  if (!by.ok) return by.error
  const { zone, range } = asked.value
  const groups = await sumAccounts(desk, ledgerFields(by.value), range)
  const { sinceMs, untilMs } = range
  const document = reportDocument(buildCostReport(groups, by.value, desk.organisation), {
    organisation: desk.organisation,
    zone: zone.name,
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
  })
  switch (format.value) {
    case 'csv':
      return file(reportCsv(document), 'text/csv; charset=utf-8', 'cost.csv')
    case 'focus':
      return file(focusCsv(document, zone), 'text/csv; charset=utf-8', 'focus.csv')
    case 'parquet':
      return file(reportParquet(document), 'application/vnd.apache.parquet', 'cost.parquet')
    default:
      return Response.json(document satisfies ReportDocument)
  }
}

function file(body: string | Uint8Array<ArrayBuffer>, type: string, name: string): Response {
  return new Response(body, {
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` },
  })
}
