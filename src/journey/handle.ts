/** The story of one call, from the app's request to the settled row. */

import { type GatewayError, gatewayError } from '../ground/error.ts'
import { randomBase62 } from '../ground/ids.ts'
import { ok, type Result } from '../ground/result.ts'
import { readTags } from '../ground/tags.ts'
import { readKeys } from '../services/keys/read-keys.ts'
import { keepAliveOf, wantsStreamUsage } from './answer.ts'
import { answerCached } from './answer-cached.ts'
import { answerOnce } from './answer-once.ts'
import { CallRecord } from './call-record.ts'
import { classify } from './classify.ts'
import { dispatchTask } from './dispatch-task.ts'
import { withEarlyHead } from './early-head.ts'
import type { ChatEndpoint, ClassifyEndpoint, Endpoint, TaskEndpoint } from './endpoint.ts'
import { type FoundCall, findCall } from './find-call.ts'
import type { CallContext, Gateway, Slot, VerifiedKey } from './gateway.ts'
import { holdLimits } from './hold-limits.ts'
import { setLimitHeaders } from './limit-headers.ts'
import { ownedTargets } from './owned-ids.ts'
import { checkContentType, readBody, readForm } from './read-body.ts'
import { openRealtime } from './realtime.ts'
import { refuse, refuseStranger } from './refuse.ts'
import { relayStored } from './relay-stored.ts'
import { dispatchWithShadows } from './shadow.ts'

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
    waitUntil: context.waitUntil,
  })
  record.tags = readTags(request.headers.get('x-sluice-tags'))
  try {
    const reply = await answerCall(request, endpoint, { gateway, key, record, context })
    setLimitHeaders(reply.headers, endpoint, record, gateway.clock.now())
    return reply
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
  if (key.record.role !== 'app') return refuse(adminKeyRefused(), endpoint, record)
  if (endpoint.kind === 'stored') return relayStored({ request, endpoint, gateway, key, record, context })
  if (endpoint.kind === 'realtime') return openRealtime({ request, endpoint, gateway, key, record, context })
  const form = endpoint.kind === 'task' && endpoint.wire.requestBody === 'form'
  const refused = checkContentType(request.headers, form ? 'form' : 'json')
  if (refused) return refuse(refused, endpoint, record)
  const body = await (form ? readForm : readBody)(request, gateway.maxBodyBytes)
  if (!body.ok) return refuse(body.error, endpoint, record)
  const found = findCall({ body: body.value, headers: request.headers }, endpoint, key, gateway, record)
  if (!found.ok) return refuse(found.error, endpoint, record)
  const targets = await ownedTargets(found.value, endpoint, key.record.team, gateway)
  if (!targets.ok) return refuse(targets.error, endpoint, record)
  const owned = { ...found.value, targets: targets.value }
  const once = { request, endpoint, gateway, key, record, context, policy: owned.policy, body: body.value }
  const caching = { request, endpoint, gateway, key, record, context }
  return answerOnce(once, () => answerCached(owned, caching, () => makeCall(owned, request, endpoint, desk)))
}

/** Holds what the call may use of its limits, and asks a model. */
async function makeCall(
  owned: FoundCall,
  request: Request,
  endpoint: ChatEndpoint | TaskEndpoint | ClassifyEndpoint,
  { gateway, key, record, context }: Desk,
): Promise<Response> {
  const limited = owned.policy.limits ? await holdLimits(owned, { request, endpoint, gateway, key, record }) : ok(owned)
  if (!limited.ok) return refuse(limited.error, endpoint, record)
  const call = limited.value
  if (endpoint.kind === 'classify') return classify(call, endpoint, gateway, record)
  const common = { request, gateway, record, context }
  if (endpoint.kind === 'task') return dispatchTask(call, { ...common, endpoint })
  const answering = {
    ...common,
    endpoint,
    clientWantsUsage: wantsStreamUsage(call.body.json),
    keepAliveMs: call.policy.keepAliveMs,
  }
  return withEarlyHead(answering, call.policy, keepAliveOf(answering), () => dispatchWithShadows(call, answering, key))
}

async function authenticate(
  request: Request,
  gateway: Gateway,
  context: CallContext,
): Promise<Result<VerifiedKey, GatewayError>> {
  const text = readKeys(request)
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
