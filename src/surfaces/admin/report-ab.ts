/** The A/B report as JSON. */

import type { GatewayError } from '../../ground/error.ts'
import { compareArms } from '../../services/experiments/compare-arms.ts'
import type { ReportDesk } from './report-handlers.ts'
import { badParameter, readReportQuery } from './report-query.ts'

/** `route`, range, and the target to compare with as `baseline`. */
export async function reportAb(query: URLSearchParams, desk: ReportDesk): Promise<Response | GatewayError> {
  const asked = readReportQuery(query, ['baseline'], desk.clock.now())
  if (!asked.ok) return asked.error
  const { sinceMs, untilMs, where = {} } = asked.value.range
  const [route, ...more] = where.route ?? []
  if (route === undefined || more.length > 0)
    return badParameter('route', 'name the one route whose targets to compare')
  const stray = Object.keys(where).find((field) => field !== 'route' && field !== 'team')
  if (stray !== undefined) return badParameter(stray, 'a comparison is narrowed by route, team and range only')
  const teams = where.team ?? (await desk.teams())
  const range = { ...(sinceMs !== undefined && { sinceMs }), ...(untilMs !== undefined && { untilMs }) }
  const counts = await Promise.all([...new Set(teams)].map((team) => desk.account(team).arms({ route, ...range })))
  return Response.json({
    object: 'ab_report',
    route,
    ...range,
    ...compareArms(counts.flat(), query.get('baseline') ?? undefined),
  })
}
