/** Chat: answers from an edge model inside the worker, or from an upstream in its wire. */

import type { RouteTarget } from '../config/revision.ts'
import { answerChat } from '../edge/answer-chat.ts'
import type { GatewayError } from '../ground/error.ts'
import type { HttpProvider } from '../providers/provider.ts'
import {
  type Answering,
  answerFromReply,
  answerStream,
  answerWhole,
  type ChatExchange,
  readReply,
  streams,
} from './answer.ts'
import { attempt } from './attempt.ts'
import type { FoundCall } from './find-call.ts'
import { prepare } from './prepare.ts'
import { tryTargets } from './try-targets.ts'
import { type Failure, type ReadyTarget, reached } from './trying.ts'

/** The answer of the first target that gives one. */
export function dispatch(found: FoundCall, answering: Answering): Promise<Response> {
  return tryTargets(found.targets, { ...answering, policy: found.policy }, (target) => {
    const provider = answering.gateway.provider(target.provider)
    if (!provider.ok) return { error: provider.error }
    if (provider.value.transport === 'local') return readyHere(found, target, answering)
    return readyUpstream(found, target, provider.value, answering)
  })
}

function readyHere(found: FoundCall, target: RouteTarget, answering: Answering): ReadyTarget | Failure {
  const { endpoint, gateway, record } = answering
  const decoded = endpoint.wire.decodeRequest(found.body.json)
  if (!decoded.ok) return { error: decoded.error }
  const call = { ...decoded.value, model: found.model, stream: found.stream }
  const model = gateway.edgeModel(target.model)
  if (!model.ok) return { error: model.error }
  return {
    mark: () => {
      record.upstreamWire = 'edge'
    },
    async send() {
      const context = { id: record.requestId, createdSeconds: Math.floor(gateway.clock.now() / 1000) }
      const reply = answerChat(call, model.value, context)
      // Nothing was computed: a refusal, not an upstream failure.
      if (!reply.ok) return { error: reply.error }
      record.attempts++
      record.upstreamWire = 'edge'
      const answer = (): Response => answerFromReply(reply.value, 'counted', answering)
      return { firstDataMs: 0, answer, abort: () => undefined }
    },
  }
}

function readyUpstream(
  found: FoundCall,
  target: RouteTarget,
  provider: HttpProvider,
  answering: Answering,
): ReadyTarget | Failure {
  const { gateway, record, request, endpoint } = answering
  const made = prepare(found, target, provider, endpoint)
  if (!made.ok) return { error: made.error }
  const prepared = made.value
  return {
    provider: target.provider,
    mark: () => {
      record.upstreamWire = prepared.wire
      // An error may come of what was left out, so its reply says so too; an earlier target's losses no longer matter.
      record.warnings.splice(0, record.warnings.length, ...record.limitWarnings, ...prepared.warnings)
      record.keepReplyId = prepared.sameWire && (prepared.chat.keepsReply?.(found.body.json) ?? false)
    },
    async send({ credential, last, signal, onEnd }) {
      const { policy, stream } = found
      const tried = await attempt({ request, policy, provider, credential, prepared, gateway, stream, signal, onEnd })
      if (!tried.ok) return { error: tried.error, raw: prepared.sameWire ? tried.raw : undefined }
      const exchange = { ...tried.exchange, prepared }
      if (!stream || !streams(exchange)) {
        const whole = await readReply(exchange)
        return 'kind' in whole
          ? { error: whole, answered: true }
          : reached(exchange, () => answerWhole(whole, exchange, answering))
      }
      const early = last ? undefined : firstEventError(exchange)
      if (!early) return reached(exchange, () => answerStream(exchange, answering))
      exchange.abort()
      return { error: early }
    },
  }
}

/** Several providers say "overloaded" as the first event of a 200 stream: not a byte has gone out, so the next target may try. */
function firstEventError({ first, prepared }: ChatExchange): GatewayError | undefined {
  if (!first) return undefined
  const tap = prepared.tap()
  try {
    for (const event of prepared.framer().push(first)) tap.event(event)
  } catch {
    return undefined // not this framing: the pump says so in the client's wire
  }
  return tap.result().error
}
