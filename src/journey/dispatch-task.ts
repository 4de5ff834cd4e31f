/** Calls that are one request and one reply: embeddings, rerank, images, sound, token counts. */

import type { RouteTarget } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { estimateTokens } from '../ground/estimate-tokens.ts'
import { type Json, parseJson } from '../ground/json.ts'
import type { HttpProvider } from '../providers/provider.ts'
import type { TaskTap } from '../wires/task-wire.ts'
import type { Tapped } from '../wires/wire.ts'
import { type CallDesk, notJson, readAll } from './answer.ts'
import { attempt, type Exchange } from './attempt.ts'
import type { TaskEndpoint } from './endpoint.ts'
import type { FoundCall } from './find-call.ts'
import { type PreparedTask, prepareTask } from './prepare-task.ts'
import { pumpStream } from './pump-stream.ts'
import { refuse } from './refuse.ts'
import { keepUpstreamHeaders, replyHeaders } from './reply-headers.ts'
import { settleStream } from './settle-stream.ts'
import { passBytes, passThrough } from './stream-transforms.ts'
import { tryTargets } from './try-targets.ts'
import { type Failure, type ReadyTarget, reached } from './trying.ts'

export interface TaskCalling extends CallDesk {
  readonly endpoint: TaskEndpoint
}

interface TaskExchange extends Exchange {
  readonly prepared: PreparedTask
}

/** The answer of the first target that gives one. */
export function dispatchTask(found: FoundCall, calling: TaskCalling): Promise<Response> {
  return tryTargets(found.targets, { ...calling, policy: found.policy }, (target) => {
    const provider = calling.gateway.provider(target.provider)
    if (!provider.ok) return { error: provider.error }
    const ready =
      provider.value.transport === 'http' ? readyUpstream(found, target, provider.value, calling) : undefined
    return ready ?? readyHere(found, target, calling)
  })
}

/** Undefined when the provider does not do this at all. */
function readyUpstream(
  found: FoundCall,
  target: RouteTarget,
  provider: HttpProvider,
  calling: TaskCalling,
): ReadyTarget | Failure | undefined {
  const { gateway, record, request, endpoint } = calling
  const made = prepareTask(found, target, provider, endpoint)
  if (!made) return undefined
  if (!made.ok) return { error: made.error }
  const prepared = made.value
  return {
    provider: target.provider,
    mark: () => {
      record.upstreamWire = prepared.wire
    },
    async send({ credential, signal, onEnd }) {
      const { policy } = found
      const tried = await attempt({ request, policy, provider, credential, prepared, gateway, signal, onEnd })
      if (!tried.ok) return { error: tried.error, raw: prepared.translation ? undefined : tried.raw }
      const exchange = { ...tried.exchange, prepared }
      const type = exchange.response.headers.get('content-type') ?? ''
      if (/^application\/(?:[\w.+-]+\+)?json/i.test(type)) {
        const whole = await readJsonReply(exchange)
        return 'kind' in whole
          ? { error: whole, answered: true }
          : reached(exchange, () => answerJson(whole, exchange, calling))
      }
      if (!prepared.translation) return reached(exchange, () => answerBytes(exchange, type, calling))
      exchange.abort()
      return { error: notJson(exchange) }
    },
  }
}

function readyHere(found: FoundCall, target: RouteTarget, calling: TaskCalling): ReadyTarget {
  return {
    mark: () => undefined,
    async send() {
      const answered = withoutUpstream(found, target, calling)
      if ('error' in answered) return answered
      return { firstDataMs: 0, answer: () => answered, abort: () => undefined }
    },
  }
}

/** Token counts can be estimated anywhere; nothing else can be answered without the provider. */
function withoutUpstream(found: FoundCall, target: RouteTarget, calling: TaskCalling): Response | Failure {
  const { endpoint, record, gateway } = calling
  const { wire } = endpoint
  if (wire.task !== 'count-tokens') {
    const message = `The target "${target.name}" of the route "${record.route}" does not do ${endpoint.name}.`
    return { error: gatewayError('not-supported', message, { status: 400, code: 'capability_missing' }) }
  }
  const call = wire.hub.decodeRequest(found.body.json)
  if (!call.ok) return { error: call.error }
  record.warnings.push({
    feature: 'input_tokens',
    effect: 'changed',
    detail: 'The provider counts no tokens, so this is an estimate from the length of the text.',
  })
  const defaults = { id: record.requestId, model: found.model, createdSeconds: Math.floor(gateway.clock.now() / 1000) }
  const encoded = wire.hub.encodeReply({ inputTokens: estimateTokens(call.value) }, call.value, defaults)
  record.markFirstByte()
  record.settle({ outcome: 'ok', status: 200, usageSource: 'unknown' })
  return new Response(JSON.stringify(encoded.value), { status: 200, headers: replyHeaders(record, 'application/json') })
}

interface JsonReply {
  readonly bytes: Uint8Array
  readonly json: Json
  readonly tapped: Tapped
}

/** Nothing has gone to the app yet, so after an error another target may answer. */
async function readJsonReply(exchange: TaskExchange): Promise<JsonReply | GatewayError> {
  const bytes = await readAll(exchange)
  if (!(bytes instanceof Uint8Array)) return bytes
  const json = parseJson(new TextDecoder().decode(bytes))
  if (json === undefined) return notJson(exchange)
  const tap = exchange.prepared.tap()
  tap.body(json)
  const tapped = tap.result()
  return tapped.error ?? { bytes, json, tapped }
}

function answerJson({ bytes, json, tapped }: JsonReply, exchange: TaskExchange, calling: TaskCalling): Response {
  const { endpoint, record, gateway } = calling
  const { prepared, provider, response } = exchange
  record.answeredModel = tapped.model
  let body: BodyInit = bytes
  if (prepared.translation) {
    const createdSeconds = Math.floor(gateway.clock.now() / 1000)
    const defaults = { id: record.requestId, model: record.targetModel, createdSeconds }
    const translated = prepared.translation.reply(json, provider.quirks, defaults)
    if (!translated.ok) return refuse(translated.error, endpoint, record)
    record.warnings.push(...translated.value.warnings)
    body = JSON.stringify(translated.value.value)
  }
  record.cacheWrite?.takeTask(typeof body === 'string' ? body : new TextDecoder().decode(bytes))
  record.markFirstByte()
  settleOk(tapped, response.status, calling)
  const headers = replyHeaders(record, 'application/json')
  keepUpstreamHeaders(response.headers, headers)
  return new Response(body, { status: response.status, headers })
}

function settleOk(tapped: Tapped, status: number, { record }: TaskCalling): void {
  const usageSource = tapped.usage ? 'reported' : 'unknown'
  record.settle({ outcome: 'ok', status, usage: tapped.usage, usageSource, tapped })
}

/** Sound, plain text and events go through as they come; an upstream that breaks off breaks the reply off too. */
function answerBytes(exchange: TaskExchange, type: string, calling: TaskCalling): Response {
  const { endpoint, record, request, context } = calling
  const events = /^text\/event-stream/i.test(type)
  const tap: TaskTap = exchange.prepared.tap()
  const transform = events ? passThrough(tap) : passBytes(tap)
  const { body, end } = pumpStream({
    exchange,
    transform,
    clientSignal: request.signal,
    encodeError: (error) =>
      events
        ? new TextEncoder().encode(
            `data: ${JSON.stringify(endpoint.wire.encodeError(error, record.requestId).body)}\n\n`,
          )
        : undefined,
    onFirstByte: () => record.markFirstByte(),
    tape: record.tape,
  })
  context.waitUntil(end.then((how) => settleStream(how, transform, record)))
  const headers = replyHeaders(record, type || 'application/octet-stream')
  keepUpstreamHeaders(exchange.response.headers, headers)
  return new Response(body, { status: exchange.response.status, headers })
}
