/** Admin API of alerts: what there was to tell, what became of it, and a test of one destination. */

import { ALERT_TYPES, type AlertType } from '../../ground/alert.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { type RandomBytes, randomBase62 } from '../../ground/ids.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { AccountStore } from '../../ports/accounts.ts'
import {
  type AlertPost,
  type AlertQuery,
  type AlertRecord,
  DELIVERY_STATES,
  type Delivery,
} from '../../ports/alerts.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Handler } from '../http/app.ts'
import { errorReply } from '../http/error-shape.ts'
import type { HandlerName } from '../http/route-table.ts'

export interface AlertDesk {
  /** Teams that may have an account; at least one. */
  teams(): Promise<readonly string[]>
  account(team: string): AccountStore
  readonly destinations: readonly string[]
  readonly post: AlertPost
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

export function alertHandlers(desk: AlertDesk): Pick<Record<HandlerName, Handler>, 'listAlerts' | 'testAlert'> {
  return {
    listAlerts: ({ request }) => listAlerts(new URL(request.url).searchParams, desk),
    testAlert: ({ parameters }) => testAlert(parameters.name ?? '', desk),
  }
}

async function listAlerts(query: URLSearchParams, desk: AlertDesk): Promise<Response> {
  const asked = readAlertQuery(query)
  if (!asked.ok) return refuse(asked.error)
  const one = query.get('team')
  const teams = one === null ? await desk.teams() : [one]
  const [first] = teams
  const lists = await Promise.all([
    ...teams.map((team) => desk.account(team).alerts(asked.value)),
    // What all teams share is in one account of its own, which any of them knows.
    ...(one === null && first !== undefined ? [desk.account(first).sharedAlerts(asked.value)] : []),
  ])
  const alerts = lists.flat().sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1))
  return Response.json({ object: 'list', data: alerts.slice(0, asked.value.limit).map(shownAlert) })
}

/** One attempt at once, beside whatever waits for the destination; it is not listed. */
async function testAlert(destination: string, desk: AlertDesk): Promise<Response> {
  if (!desk.destinations.includes(destination)) {
    const known = desk.destinations.length > 0 ? `; there are ${desk.destinations.join(', ')}` : ' at all'
    const message = `sluice.yml has no destination "${destination.slice(0, 80)}" under alerts${known}.`
    return refuse(gatewayError('not-found', message, { param: 'name' }))
  }
  const id = `evt_${randomBase62(22, desk.randomBytes)}`
  const attempt = await desk.post.send(destination, {
    id,
    type: 'alert.test',
    createdAtMs: desk.clock.now(),
    data: { destination, message: 'An admin tries whether alerts arrive here.' },
  })
  return Response.json({
    object: 'alert_test',
    id,
    destination,
    delivered: attempt.ok,
    status: attempt.status ?? null,
    error: attempt.ok ? null : attempt.error,
  })
}

/** `limit`, `type` and `state`. */
function readAlertQuery(query: URLSearchParams): Result<AlertQuery, GatewayError> {
  const limit = Number(query.get('limit') ?? '50')
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    return err(bad('limit', 'it must be a whole number from 1 to 1000'))
  const type = ALERT_TYPES.find((word) => word === query.get('type'))
  if (query.has('type') && type === undefined) return err(bad('type', `it must be one of ${shownTypes.join(', ')}`))
  const state = DELIVERY_STATES.find((word) => word === query.get('state'))
  if (query.has('state') && state === undefined)
    return err(bad('state', `it must be one of ${DELIVERY_STATES.join(', ')}`))
  return ok({ limit, ...(type && { type }), ...(state && { state }) })
}

/** Tests are not kept. */
const shownTypes: readonly AlertType[] = ALERT_TYPES.filter((type) => type !== 'alert.test')

function shownAlert({ id, type, createdAtMs, team, data, deliveries }: AlertRecord): Record<string, unknown> {
  return {
    object: 'alert',
    id,
    type,
    created_at: iso(createdAtMs),
    team: team ?? null,
    data,
    deliveries: deliveries.map(shownDelivery),
  }
}

function shownDelivery({ destination, state, attempts, attemptedAtMs, nextAtMs, status, error }: Delivery) {
  return {
    destination,
    state,
    attempts,
    attempted_at: iso(attemptedAtMs),
    next_attempt_at: iso(nextAtMs),
    status: status ?? null,
    error: error ?? null,
  }
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}

function bad(name: string, reason: string): GatewayError {
  return gatewayError('invalid-request', `The query parameter "${name}" is wrong: ${reason}.`, { param: name })
}

function refuse(error: GatewayError): Response {
  return errorReply(error, 'openai-chat')
}
