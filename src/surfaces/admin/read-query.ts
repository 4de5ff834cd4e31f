/** Reads the query strings of the admin API, with errors that name the parameter. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { type LedgerQuery, OUTCOMES, type Outcome, ROW_KINDS } from '../../ports/accounts.ts'

interface TimeRange {
  readonly sinceMs?: number
  readonly untilMs?: number
}

/** `since` and `until`: ISO 8601 or milliseconds. */
function readRange(query: URLSearchParams): Result<TimeRange, GatewayError> {
  const since = readTime(query, 'since')
  if (!since.ok) return since
  const until = readTime(query, 'until')
  if (!until.ok) return until
  return ok({ sinceMs: since.value, untilMs: until.value })
}

/** `limit`, `cursor`, `route`, `outcome`, `request_id`, `kind`, `adjusts` and the range. */
export function readLedgerQuery(query: URLSearchParams): Result<LedgerQuery, GatewayError> {
  const range = readRange(query)
  if (!range.ok) return range
  const limit = Number(query.get('limit') ?? '50')
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    return err(bad('limit', 'it must be a whole number from 1 to 1000'))
  const outcome = query.get('outcome') ?? undefined
  if (outcome !== undefined && !isOutcome(outcome))
    return err(bad('outcome', `it must be one of ${OUTCOMES.join(', ')}`))
  const asked = query.get('kind')
  const kind = ROW_KINDS.find((each) => each === asked)
  if (asked !== null && !kind) return err(bad('kind', `it must be one of ${ROW_KINDS.join(', ')}`))
  return ok({
    ...range.value,
    limit,
    outcome,
    kind,
    adjusts: query.get('adjusts') ?? undefined,
    route: query.get('route') ?? undefined,
    requestId: query.get('request_id') ?? undefined,
    cursor: query.get('cursor') ?? undefined,
  })
}

function isOutcome(word: string): word is Outcome {
  return (OUTCOMES as readonly string[]).includes(word)
}

function readTime(query: URLSearchParams, name: string): Result<number | undefined, GatewayError> {
  const text = query.get(name)
  if (text === null) return ok(undefined)
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  if (!Number.isSafeInteger(ms))
    return err(bad(name, 'write a time such as 2026-11-01T00:00:00Z, or milliseconds since 1970'))
  return ok(ms)
}

function bad(name: string, reason: string): GatewayError {
  return gatewayError('invalid-request', `The query parameter "${name}" is wrong: ${reason}.`, { param: name })
}
