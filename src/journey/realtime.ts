/** Opens a WebSocket session: finds its route, connects to the provider, and hands both sockets to the session. */

import type { RouteTarget } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import type { HttpProvider } from '../providers/provider.ts'
import type { CallDesk } from './answer.ts'
import type { RealtimeEndpoint } from './endpoint.ts'
import { type FoundCall, findCall } from './find-call.ts'
import type { VerifiedKey } from './gateway.ts'
import { holdLimits } from './hold-limits.ts'
import { EMPTY_BODY } from './read-body.ts'
import { joinSockets } from './realtime-session.ts'
import { refuse } from './refuse.ts'
import { replyHeaders } from './reply-headers.ts'
import { tryTargets } from './try-targets.ts'
import type { Failure, ReadyTarget } from './trying.ts'

export interface RealtimeCalling extends CallDesk {
  readonly endpoint: RealtimeEndpoint
  readonly key: VerifiedKey
}

/** The 101 reply, or an error before any upgrade. The call is settled when the session ends. */
export async function openRealtime(calling: RealtimeCalling): Promise<Response> {
  const { request, endpoint, gateway, key, record } = calling
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') return refuse(NOT_A_SOCKET, endpoint, record)
  const found = findCall({ body: EMPTY_BODY, headers: request.headers }, endpoint, key, gateway, record)
  if (!found.ok) return refuse(found.error, endpoint, record)
  record.stream = true
  const limited = found.value.policy.limits ? await holdLimits(found.value, calling) : found
  if (!limited.ok) return refuse(limited.error, endpoint, record)
  const call = limited.value
  return tryTargets(call.targets, { ...calling, policy: call.policy }, (target) => readyTarget(call, target, calling))
}

function readyTarget(found: FoundCall, target: RouteTarget, calling: RealtimeCalling): ReadyTarget | Failure {
  const { gateway, record } = calling
  const made = gateway.provider(target.provider)
  if (!made.ok) return { error: made.error }
  const provider = made.value
  if (provider.transport !== 'http' || provider.realtimePath === undefined)
    return { error: notRealtime(provider.title) }
  const path = provider.realtimePath
  return {
    provider: target.provider,
    mark: () => {
      record.upstreamWire = 'openai-realtime'
    },
    async send({ credential, onEnd }) {
      const startedAtMs = gateway.clock.now()
      const upstream = await connect({ target, provider, path, credential }, calling)
      if ('error' in upstream) return upstream
      const answer = (): Response => openSession(found, upstream.socket, calling, onEnd)
      const firstDataMs = Math.max(0, gateway.clock.now() - startedAtMs)
      return { firstDataMs, answer, abort: () => upstream.socket.close() }
    },
  }
}

function openSession(found: FoundCall, socket: WebSocket, calling: RealtimeCalling, onEnd: () => void): Response {
  const { 0: outer, 1: inner } = new WebSocketPair()
  const session = joinSockets({ client: inner, upstream: socket, policy: found.policy, ...calling })
  calling.context.waitUntil(session.finally(onEnd))
  const headers = replyHeaders(calling.record, 'application/json')
  headers.delete('content-type')
  const protocol = offeredProtocol(calling.request)
  if (protocol) headers.set('sec-websocket-protocol', protocol)
  return new Response(null, { status: 101, webSocket: outer, headers })
}

interface Place {
  readonly target: RouteTarget
  readonly provider: HttpProvider
  readonly path: string
  readonly credential: string | undefined
}

async function connect(
  { target, provider, path, credential }: Place,
  { gateway, request }: RealtimeCalling,
): Promise<{ socket: WebSocket } | Failure> {
  const built = await gateway.buildRequest({
    provider,
    wire: 'realtime',
    method: 'GET',
    path: `${path}?model={model}`,
    model: target.model,
    secret: credential,
    body: undefined,
    contentType: undefined,
    clientHeaders: request.headers,
    signal: request.signal,
  })
  if (!built.ok) return { error: built.error }
  const { url, init } = built.value
  try {
    const response = await gateway.fetch(url, { ...init, headers: { ...init.headers, upgrade: 'websocket' } })
    if (response.webSocket) return { socket: response.webSocket }
    await response.body?.cancel()
    return { error: refused(provider, response.status) }
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error'
    const message = `The provider ${provider.title} could not be reached for a realtime session (${name}). Try again later.`
    return { error: gatewayError('upstream-unreachable', message, { origin: 'upstream' }) }
  }
}

/** Browsers put the key into a subprotocol; the one that is no key is the one to agree on. */
function offeredProtocol(request: Request): string | undefined {
  const offered = (request.headers.get('sec-websocket-protocol') ?? '').split(',').map((name) => name.trim())
  return offered.find((name) => name === 'realtime')
}

function refused(provider: HttpProvider, status: number): GatewayError {
  const credential = status === 401 || status === 403
  return gatewayError(
    credential ? 'upstream-credential' : status === 429 ? 'rate-limited' : 'upstream-error',
    `The provider ${provider.title} did not open a realtime session (status ${status}).`,
    { origin: 'upstream', upstreamStatus: status },
  )
}

function notRealtime(title: string): GatewayError {
  return gatewayError('not-supported', `The provider ${title} has no realtime sessions.`, { status: 400 })
}

const NOT_A_SOCKET = gatewayError(
  'invalid-request',
  'A realtime session is a WebSocket: connect with wss:// (or ws:// on this machine), as the SDKs do.',
)
