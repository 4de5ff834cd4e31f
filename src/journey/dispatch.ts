/** Chat: answers from an edge model inside the worker, or from an upstream in its wire. */

import type { RouteTarget } from '../config/revision.ts'
import { answerChat } from '../edge/answer-chat.ts'
import type { GatewayError } from '../ground/error.ts'
import type { HttpProvider } from '../providers/provider.ts'
import { type Answering, answerFromReply, answerFromUpstream, type ChatExchange } from './answer.ts'
import { attempt } from './attempt.ts'
import type { FoundCall } from './find-call.ts'
import { prepare } from './prepare.ts'
import { type Failure, tryTargets } from './try-targets.ts'

/** The answer of the first target that gives one. */
export function dispatch(found: FoundCall, answering: Answering): Promise<Response> {
  return tryTargets(found.targets, answering, async (target, last) => {
    const provider = answering.gateway.provider(target.provider)
    if (!provider.ok) return { error: provider.error }
    if (provider.value.transport === 'local') return answerLocally(found, target, answering)
    return tryUpstream(found, target, provider.value, answering, last)
  })
}

function answerLocally(found: FoundCall, target: RouteTarget, answering: Answering): Response | Failure {
  const { endpoint, gateway, record } = answering
  const decoded = endpoint.wire.decodeRequest(found.body.json)
  if (!decoded.ok) return { error: decoded.error }
  const call = { ...decoded.value, model: found.model, stream: found.stream }
  const model = gateway.edgeModel(target.model)
  if (!model.ok) return { error: model.error }
  record.attempts++
  record.upstreamWire = 'edge'
  const context = { id: record.requestId, createdSeconds: Math.floor(gateway.clock.now() / 1000) }
  const reply = answerChat(call, model.value, context)
  if (!reply.ok) {
    record.attempts-- // nothing was computed: a refusal, not an upstream failure
    return { error: reply.error }
  }
  return answerFromReply(reply.value, 'counted', answering)
}

async function tryUpstream(
  found: FoundCall,
  target: RouteTarget,
  provider: HttpProvider,
  answering: Answering,
  last: boolean,
): Promise<Response | Failure> {
  const { gateway, record, request, endpoint } = answering
  const credential = gateway.credential(target.provider)
  if (!credential.ok) return { error: credential.error }
  const prepared = prepare(found, target, provider, endpoint)
  if (!prepared.ok) return { error: prepared.error }
  record.attempts++
  record.upstreamWire = prepared.value.wire
  // An error may come of what was left out, so its reply says so too; an earlier target's losses no longer matter.
  record.warnings.splice(0, record.warnings.length, ...record.limitWarnings, ...prepared.value.warnings)
  record.keepReplyId = prepared.value.sameWire && (prepared.value.chat.keepsReply?.(found.body.json) ?? false)
  const tried = await attempt({
    request,
    policy: found.policy,
    provider,
    credential: credential.value,
    prepared: prepared.value,
    gateway,
  })
  if (!tried.ok) return { error: tried.error, raw: prepared.value.sameWire ? tried.raw : undefined }
  const exchange = { ...tried.exchange, prepared: prepared.value }
  const early = last ? undefined : firstEventError(exchange, record.stream)
  if (early) {
    exchange.abort()
    return { error: early }
  }
  return answerFromUpstream(exchange, answering)
}

/** Several providers say "overloaded" as the first event of a 200 stream: not a byte has gone out, so the next target may try. */
function firstEventError({ first, prepared }: ChatExchange, stream: boolean): GatewayError | undefined {
  if (!stream || !first) return undefined
  const tap = prepared.tap()
  try {
    for (const event of prepared.framer().push(first)) tap.event(event)
  } catch {
    return undefined // not this framing: the pump says so in the client's wire
  }
  return tap.result().error
}
