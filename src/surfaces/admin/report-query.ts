/** Reads the query strings of reports: fields, zone, range and filters, with errors that name the parameter. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { type CostRange, GROUP_FIELDS, type GroupField, isGroupField } from '../../ports/accounts.ts'
import { readInstant } from '../../services/reports/calendar/period.ts'
import { readZone, type Zone, zoneOffsets } from '../../services/reports/calendar/zone.ts'
import { isReportField, REPORT_FIELDS, type ReportField } from '../../services/reports/report-fields.ts'

/** Offsets are looked up from here on; no ledger is older. */
const FIRST_DAY_MS = Date.UTC(2025, 0, 1)
const DAY_MS = 86_400_000
/** As many as an account takes. */
const MOST_VALUES = 80

export interface ReportQuery {
  readonly zone: Zone
  readonly range: CostRange
}

/**
 * `zone` (UTC), `since`, `until` and one parameter for each field of the ledger, which may be repeated for either value; and the
 * parameters in `others`, which the caller reads. Any other parameter is an error: a misspelt filter must not mean "everything".
 */
export function readReportQuery(
  query: URLSearchParams,
  others: readonly string[],
  nowMs: number,
): Result<ReportQuery, GatewayError> {
  const known = ['zone', 'since', 'until', ...GROUP_FIELDS, ...others]
  const unknown = [...query.keys()].find((name) => !known.includes(name) && !isGroupField(name))
  if (unknown !== undefined) return err(badParameter(unknown.slice(0, 40), `known are ${known.join(', ')}, tag:NAME`))
  const zone = readZone(query.get('zone') ?? 'UTC')
  if (!zone.ok) return err(badParameter('zone', zone.error))
  const since = readTime(query, 'since', zone.value)
  if (!since.ok) return since
  const until = readTime(query, 'until', zone.value)
  if (!until.ok) return until
  if ((since.value ?? Number.NEGATIVE_INFINITY) >= (until.value ?? Number.POSITIVE_INFINITY))
    return err(badParameter('until', 'it must be after "since"; what begins then is not included'))
  const where = readFilters(query)
  if (!where.ok) return where
  const range = {
    ...(since.value !== undefined && { sinceMs: since.value }),
    ...(until.value !== undefined && { untilMs: until.value }),
    offsets: zoneOffsets(zone.value, since.value ?? FIRST_DAY_MS, until.value ?? nowMs + DAY_MS),
    ...(Object.keys(where.value).length > 0 && { where: where.value }),
  }
  return ok({ zone: zone.value, range })
}

/** Comma-separated fields, each once; `usual` when the parameter is absent. */
export function readFields(
  query: URLSearchParams,
  name: string,
  usual: readonly ReportField[],
): Result<readonly ReportField[], GatewayError> {
  const text = query.get(name)
  if (text === null) return ok(usual)
  const fields: ReportField[] = []
  for (const word of text.split(',').map((each) => each.trim())) {
    if (!isReportField(word)) {
      return err(badParameter(name, `"${word.slice(0, 40)}" is not one of ${REPORT_FIELDS.join(', ')}, tag:NAME`))
    }
    if (!fields.includes(word)) fields.push(word)
  }
  return ok(fields)
}

/** One of a few words; the first when the parameter is absent. */
export function readChoice<Word extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly [Word, ...Word[]],
): Result<Word, GatewayError> {
  const text = query.get(name)
  if (text === null) return ok(words[0])
  const found = words.find((word) => word === text)
  return found === undefined ? err(badParameter(name, `it must be one of ${words.join(', ')}`)) : ok(found)
}

/** A refusal that names the parameter. */
export function badParameter(name: string, reason: string): GatewayError {
  return gatewayError('invalid-request', `The query parameter "${name}" is wrong: ${reason}.`, { param: name })
}

/** Names those there are: a misspelt team would look like one without calls. */
export function noSuchTeam(team: string, teams: readonly string[]): GatewayError {
  return badParameter('team', `there is no team "${team.slice(0, 100)}"; there are ${[...teams].sort().join(', ')}`)
}

function readFilters(query: URLSearchParams): Result<Partial<Record<GroupField, string[]>>, GatewayError> {
  const where: Partial<Record<GroupField, string[]>> = {}
  let count = 0
  for (const field of new Set([...query.keys()].filter(isGroupField))) {
    const values = query.getAll(field)
    count += values.length
    if (values.length > 0) where[field] = values
  }
  if (count > MOST_VALUES)
    return err(badParameter('filters', `a report takes ${MOST_VALUES} values at most, not ${count}`))
  return ok(where)
}

function readTime(query: URLSearchParams, name: string, zone: Zone): Result<number | undefined, GatewayError> {
  const text = query.get(name)
  if (text === null) return ok(undefined)
  const atMs = readInstant(text, zone)
  return atMs.ok ? atMs : err(badParameter(name, atMs.error))
}
