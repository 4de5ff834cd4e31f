/** Tries a call's targets in order until one answers; nothing of the next is tried once a byte has gone to the client. */

import type { RouteTarget } from '../config/revision.ts'
import { answerChat } from '../edge/answer-chat.ts'
import { type ErrorKind, type GatewayError, gatewayError } from '../ground/error.ts'
import { SseParser } from '../ground/sse.ts'
import type { HttpProvider } from '../providers/provider.ts'
import { type Answering, answerFromReply, answerFromUpstream } from './answer.ts'
import { attempt, type Exchange, type RawFailure } from './attempt.ts'
import type { FoundCall } from './find-call.ts'
import { prepare } from './prepare.ts'
import { passOnFailure, refuse } from './refuse.ts'

interface Failure {
  readonly error: GatewayError
  /** The upstream's own bytes, when the client speaks its wire. */
  readonly raw?: RawFailure
}

/** Failures that another target may not share. */
const ELSEWHERE: ReadonlySet<ErrorKind> = new Set([
  'rate-limited',
  'overloaded',
  'unavailable',
  'timeout',
  'upstream-error',
  'upstream-unreachable',
  'upstream-credential',
  'insufficient-quota',
])

export async function dispatch(found: FoundCall, answering: Answering): Promise<Response> {
  let failure: Failure = { error: gatewayError('unavailable', 'The route has no target that can be tried.') }
  for (const [index, target] of found.targets.entries()) {
    const last = index === found.targets.length - 1
    const tried = await tryTarget(found, target, answering, last)
    if (tried instanceof Response) return tried
    failure = tried
    if (!ELSEWHERE.has(failure.error.kind) || answering.request.signal.aborted) break
  }
  // A refused credential is the operator's trouble, not the app's key: it goes out as our own error.
  if (failure.raw && failure.error.kind !== 'upstream-credential')
    return passOnFailure(failure.error, failure.raw, answering.record)
  return refuse(failure.error, answering.endpoint, answering.record)
}

async function tryTarget(
  found: FoundCall,
  target: RouteTarget,
  answering: Answering,
  last: boolean,
): Promise<Response | Failure> {
  const { gateway, record } = answering
  record.target = target.name
  record.provider = target.provider
  record.targetModel = target.model
  const provider = gateway.provider(target.provider)
  if (!provider.ok) return { error: provider.error }
  if (provider.value.transport === 'local') return answerLocally(found, target, answering)
  return tryUpstream(found, target, provider.value, answering, last)
}

function answerLocally(found: FoundCall, target: RouteTarget, answering: Answering): Response | Failure {
  const { endpoint, gateway, record } = answering
  const decoded = endpoint.wire.decodeRequest(found.body.json)
  if (!decoded.ok) return { error: decoded.error }
  const model = gateway.edgeModel(target.model)
  if (!model.ok) return { error: model.error }
  record.attempts++
  record.upstreamWire = 'edge'
  const context = { id: record.requestId, createdSeconds: Math.floor(gateway.clock.now() / 1000) }
  const reply = answerChat(decoded.value, model.value, context)
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
  const prepared = prepare(found, target, provider, endpoint.wire)
  if (!prepared.ok) return { error: prepared.error }
  record.attempts++
  record.upstreamWire = prepared.value.wire.name
  const tried = await attempt({
    request,
    found,
    provider,
    credential: credential.value,
    prepared: prepared.value,
    gateway,
  })
  if (!tried.ok) return { error: tried.error, raw: prepared.value.sameWire ? tried.raw : undefined }
  const early = last ? undefined : firstEventError(tried.exchange, record.stream)
  if (early) {
    tried.exchange.abort()
    return { error: early }
  }
  record.warnings.push(...prepared.value.warnings)
  return answerFromUpstream(tried.exchange, answering)
}

/** Several providers say "overloaded" as the first event of a 200 stream: not a byte has gone out, so the next target may try. */
function firstEventError({ first, prepared }: Exchange, stream: boolean): GatewayError | undefined {
  if (!stream || !first) return undefined
  const tap = prepared.tap()
  for (const event of new SseParser().push(new TextDecoder().decode(first))) tap.event(event)
  return tap.result().error
}
