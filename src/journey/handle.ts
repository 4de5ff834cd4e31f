/** The story of one call, from the app's request to the settled row. */

import { type GatewayError, gatewayError } from '../ground/error.ts'
import { randomBase62 } from '../ground/ids.ts'
import { ok, type Result } from '../ground/result.ts'
import { readKeys } from '../services/keys/read-keys.ts'
import { wantsStreamUsage } from './answer.ts'
import { CallRecord } from './call-record.ts'
import { classify } from './classify.ts'
import { dispatch } from './dispatch.ts'
import type { Endpoint } from './endpoint.ts'
import { findCall } from './find-call.ts'
import type { CallContext, Gateway, Slot, VerifiedKey } from './gateway.ts'
import { checkContentType, readBody } from './read-body.ts'
import { refuse, refuseStranger } from './refuse.ts'

/** Answers one call. Every caller with a known key gets exactly one row, whatever happens. */
export async function handle(
  request: Request,
  endpoint: Endpoint,
  gateway: Gateway,
  context: CallContext,
): Promise<Response> {
  const admittedAtMs = gateway.clock.now()
  const caller = await authenticate(request, gateway, context)
  if (!caller.ok) return refuseStranger(caller.error, endpoint, `req_0_${randomBase62(16)}`)
  const key = caller.value
  const slot = await admit(key, gateway, context)
  if (!slot.ok) return refuseStranger(slot.error, endpoint, `req_0_${randomBase62(16)}`)
  const record = new CallRecord({
    gateway,
    slot: slot.value,
    key: key.record,
    clientWire: endpoint.wire.name,
    admittedAtMs,
  })
  try {
    return await answerCall(request, endpoint, { gateway, key, record, context })
  } catch (bug) {
    console.error(JSON.stringify({ level: 'error', requestId: record.requestId, bug: describeBug(bug) }))
    return refuse(
      gatewayError(
        'internal',
        `Something broke inside the gateway; tell its operator the request id ${record.requestId}.`,
      ),
      endpoint,
      record,
    )
  }
}

interface Desk {
  readonly gateway: Gateway
  readonly key: VerifiedKey
  readonly record: CallRecord
  readonly context: CallContext
}

async function answerCall(request: Request, endpoint: Endpoint, desk: Desk): Promise<Response> {
  const { gateway, key, record, context } = desk
  const refused = key.record.role === 'app' ? checkContentType(request.headers) : adminKeyRefused()
  if (refused) return refuse(refused, endpoint, record)
  const body = await readBody(request, gateway.maxBodyBytes)
  if (!body.ok) return refuse(body.error, endpoint, record)
  const found = findCall(body.value, endpoint, key, gateway, record)
  if (!found.ok) return refuse(found.error, endpoint, record)
  if (endpoint.kind === 'classify') return classify(found.value, endpoint, gateway, record)
  const clientWantsUsage = wantsStreamUsage(body.value.json)
  return dispatch(found.value, { request, endpoint, gateway, record, context, clientWantsUsage })
}

async function authenticate(
  request: Request,
  gateway: Gateway,
  context: CallContext,
): Promise<Result<VerifiedKey, GatewayError>> {
  const text = readKeys(request.headers)
  if (!text.ok) return text
  const known = gateway.keys.peek(text.value)
  return known ? ok(known) : gateway.keys.verify(text.value, context.waitUntil)
}

async function admit(key: VerifiedKey, gateway: Gateway, context: CallContext): Promise<Result<Slot, GatewayError>> {
  const slot = gateway.ledger.admit(gateway.revision.organisation, key.record.team, context.waitUntil)
  return 'requestId' in slot ? ok(slot) : await slot
}

function adminKeyRefused(): GatewayError {
  return gatewayError('permission', 'An admin key manages the gateway and cannot make calls. Use an app key.')
}

/** Name and place of a bug without its message, which could hold parts of a prompt. */
function describeBug(bug: unknown): string {
  if (!(bug instanceof Error)) return typeof bug
  return `${bug.name} ${(bug.stack ?? '')
    .split('\n')
    .slice(1, 6)
    .map((line) => line.trim())
    .join(' | ')}`
}
