/** One target, asked once with each credential it takes: lets through only what has a chance, and notes what became of it. */

import type { RouteTarget } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import type { Blocked, Upstream } from '../services/routing/upstreams.ts'
import type { Credential } from './gateway.ts'
import { isReady } from './server-health.ts'
import { type Failure, mark, type Reached, type ReadyTarget, type TryingCall } from './trying.ts'

export interface StartedTry {
  readonly target: RouteTarget
  readonly promise: Promise<Reached | Failure>
  /** Another has answered. */
  giveUp(): void
}

interface Starting extends TryingCall {
  readonly last: boolean
}

export function startTry(target: RouteTarget, ready: ReadyTarget, call: Starting): StartedTry {
  const controller = new AbortController()
  let givenUp = false
  const promise = tryCredentials(target, ready, call, controller.signal).then((tried) => {
    if (givenUp && 'answer' in tried) tried.abort()
    return tried
  })
  const giveUp = (): void => {
    givenUp = true
    controller.abort()
    // An answer that came at the same moment is not needed either.
    call.record.waitUntil(promise.then((tried) => ('answer' in tried ? tried.abort() : undefined)))
  }
  return { target, promise, giveUp }
}

async function tryCredentials(
  target: RouteTarget,
  ready: ReadyTarget,
  call: Starting,
  signal: AbortSignal,
): Promise<Reached | Failure> {
  const { gateway, record, request } = call
  if (ready.provider === undefined) return ready.send({ credential: undefined, last: call.last, signal, onEnd })
  const credentials = gateway.credentials(target.provider)
  if (!credentials.ok) return { error: credentials.error }
  const turn = credentials.value.length > 1 ? gateway.upstreams.turn(target.provider) : 0
  let failure: Failure | undefined
  for (let index = 0; index < credentials.value.length; index++) {
    const credential = credentials.value[(turn + index) % credentials.value.length]
    if (!credential) continue
    const last = call.last && index === credentials.value.length - 1
    const tried = await tryOnce(
      target,
      ready,
      credential,
      { ...call, last, credentials: credentials.value.length },
      signal,
    )
    if ('answer' in tried) return tried
    // Why one was not let through says less than what another was told.
    if (!failure || !tried.blocked) failure = tried
    if (!anotherMayDo(tried.error) || request.signal.aborted || signal.aborted) break
    if (index + 1 < credentials.value.length)
      record.decide(`${target.name}, credential ${index + 1} of ${credentials.value.length}: ${tried.error.message}`)
  }
  return failure ?? { error: gatewayError('upstream-credential', `The provider of ${target.name} has no credential.`) }
}

const onEnd = (): void => undefined

/** Limits and refusals are of the credential, not of the model. */
function anotherMayDo({ kind }: GatewayError): boolean {
  return kind === 'rate-limited' || kind === 'insufficient-quota' || kind === 'upstream-credential'
}

type Tried = Reached | (Failure & { readonly blocked?: true })

async function tryOnce(
  target: RouteTarget,
  ready: ReadyTarget,
  credential: Credential,
  call: Starting & { readonly credentials: number },
  signal: AbortSignal,
): Promise<Tried> {
  const { gateway, record, last } = call
  const { upstreams } = gateway
  const server = gateway.revision.providers[target.provider]
  const upstream: Upstream = {
    provider: target.provider,
    model: target.model,
    credential: credential.id,
    others: call.credentials > 1,
    maxConcurrent: server?.maxConcurrent,
  }
  const probe = upstreams.isProbe(upstream)
  const entry = upstreams.enter(upstream)
  if ('blocked' in entry) return { error: blockedError(target, entry, gateway.clock.now()), blocked: true }
  if (probe && server?.healthPath !== undefined && !(await isReady(target.provider, gateway))) {
    const error = notReady(target)
    entry.failed(error)
    entry.release()
    return { error, blocked: true }
  }
  if (signal.aborted) {
    entry.forgotten()
    entry.release()
    return { error: gatewayError('client-closed', 'Another target has answered.') }
  }
  mark(target, record)
  ready.mark()
  record.attempts++
  const tried = await ready.send({ credential: credential.secret, last, signal, onEnd: entry.release })
  if ('answer' in tried) {
    entry.answered(tried.firstDataMs, record.stream)
    return {
      ...tried,
      answer: () => {
        mark(target, record)
        ready.mark()
        return tried.answer()
      },
    }
  }
  if (call.request.signal.aborted || signal.aborted) entry.forgotten()
  else entry.failed(tried.error)
  entry.release()
  return tried
}

const REASONS = {
  failing: 'has failed again and again and is left alone for a moment',
  resting: 'asked for a pause that is not over',
  limited: 'asked for a pause that is not over, because its limit is used up',
  refused: 'refused its credential or has no quota left',
  busy: 'has as many calls open as max_concurrent allows',
} as const

function blockedError({ name }: RouteTarget, { blocked, retryAtMs }: Blocked, nowMs: number): GatewayError {
  const waitMs = Math.max(1000, retryAtMs - nowMs)
  const message = `The target "${name}" ${REASONS[blocked]}. Try again in ${Math.ceil(waitMs / 1000)} s.`
  const kind = blocked === 'limited' ? 'rate-limited' : blocked === 'refused' ? 'upstream-credential' : 'unavailable'
  return gatewayError(kind, message, { retryAfterMs: waitMs, code: `target_${blocked}` })
}

function notReady({ name, provider }: RouteTarget): GatewayError {
  const message = `The server behind "${name}" is not ready: its health path, set for ${provider} in sluice.yml, does not answer 2xx. Try again later.`
  return gatewayError('unavailable', message, { retryAfterMs: 1000, code: 'target_not_ready' })
}
