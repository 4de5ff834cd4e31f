/** What an app or its user thinks of a reply: kept with the call, and evidence for or against a canary. */

import * as z from 'zod'
import { gatewayError } from '../../ground/error.ts'
import type { Gateway, VerifiedKey } from '../../journey/gateway.ts'
import { canaryOf } from '../../services/routing/canary-desk.ts'
import { readJson } from '../admin/read-json.ts'
import type { HandlerContext } from './app.ts'
import { callerWire, errorReply } from './error-shape.ts'

const RatingBody = z.strictObject({
  request_id: z.string().regex(/^req_\w{1,60}$/, 'must be the id of a call, as in x-sluice-request-id'),
  score: z.number().min(0).max(1),
})

/** Ids of other teams' calls are not found. A second word about a call takes the first one's place and counts once. */
export async function rateCall(context: HandlerContext, gateway: Gateway, key: VerifiedKey): Promise<Response> {
  const wire = callerWire(context.request)
  const body = await readJson(context, RatingBody)
  if (!body.ok) return errorReply(body.error, wire)
  const { request_id: requestId, score } = body.value
  const { team } = key.record
  const rows = await gateway.ledger.find(gateway.revision.organisation, team, { requestId, limit: 1 })
  if (!rows.ok) return errorReply(rows.error, wire)
  const [row] = rows.value
  if (!row) {
    const message = `There is no call "${requestId}" of this key's team yet. Rows appear within seconds of a call's end.`
    return errorReply(gatewayError('not-found', message, { param: 'request_id' }), wire)
  }
  const first = await gateway.rate(team, { requestId, score, atMs: gateway.clock.now() })
  const route = gateway.revision.routes.find(({ name }) => name === row.route)
  const canary = route && canaryOf(route)
  if (first && canary) {
    const side = (row.chosenTarget ?? row.target) === canary.name ? 'canary' : 'champion'
    gateway.canaries.rate(row.route, canary.canary, side, score)
  }
  return Response.json({ object: 'feedback', request_id: requestId, score, first })
}
