/** Turns what an upstream or an edge model gave into the client's reply, and settles the call after the last byte. */

import type { ChatReply } from '../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { asObject, type Json, parseJson } from '../ground/json.ts'
import { unfoldReply } from '../ground/unfold.ts'
import type { UsageSource } from '../ground/usage.ts'
import type { Outcome } from '../ports/accounts.ts'
import type { ChatWire, StreamEncoderOptions, Tapped } from '../wires/wire.ts'
import type { Exchange } from './attempt.ts'
import type { CallRecord } from './call-record.ts'
import type { ChatEndpoint } from './endpoint.ts'
import type { CallContext, Gateway } from './gateway.ts'
import { pumpStream, type StreamEnd } from './pump-stream.ts'
import { readRest } from './read-whole.ts'
import { refuse } from './refuse.ts'
import { keepUpstreamHeaders, replyHeaders } from './reply-headers.ts'
import { passThrough, passThroughHidingUsage, type StreamTransform, translate } from './stream-transforms.ts'

export interface Answering {
  readonly request: Request
  readonly endpoint: ChatEndpoint
  readonly gateway: Gateway
  readonly record: CallRecord
  readonly context: CallContext
  /** The client asked for usage inside the stream. */
  readonly clientWantsUsage: boolean
}

/** Largest whole reply held in memory; a stream has no such limit. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024

/** The reply to an upstream's answer: streamed if it streams, else whole. */
export async function answerFromUpstream(exchange: Exchange, answering: Answering): Promise<Response> {
  const type = exchange.response.headers.get('content-type') ?? ''
  if (answering.record.stream && !/json/i.test(type)) return answerStream(exchange, answering)
  return answerWhole(exchange, answering)
}

function answerStream(exchange: Exchange, answering: Answering): Response {
  const { record, endpoint, request, context } = answering
  const transform = transformFor(exchange, answering)
  const { body, end } = pumpStream({
    exchange,
    transform,
    clientSignal: request.signal,
    encodeError: (error) => new TextEncoder().encode(endpoint.wire.encodeStreamError(error, record.requestId)),
    onFirstByte: () => record.markFirstByte(),
  })
  context.waitUntil(end.then((how) => settleStream(how, transform, record)))
  const type = exchange.prepared.sameWire ? exchange.response.headers.get('content-type') : undefined
  const headers = replyHeaders(record, type ?? 'text/event-stream; charset=utf-8')
  headers.set('cache-control', 'no-cache')
  keepUpstreamHeaders(exchange.response.headers, headers)
  return new Response(body, { status: exchange.response.status, headers })
}

function transformFor(exchange: Exchange, answering: Answering): StreamTransform {
  const { prepared, provider } = exchange
  if (prepared.sameWire)
    return prepared.askedUsage ? passThroughHidingUsage(prepared.tap()) : passThrough(prepared.tap())
  return translate(
    prepared.wire.decodeStream(provider.quirks),
    answering.endpoint.wire.encodeStream(encoderOptions(answering)),
  )
}

function encoderOptions({ record, gateway, clientWantsUsage }: Answering): StreamEncoderOptions {
  return {
    includeUsage: clientWantsUsage,
    model: record.targetModel,
    id: record.requestId,
    createdSeconds: Math.floor(gateway.clock.now() / 1000),
  }
}

function settleStream(end: StreamEnd, transform: StreamTransform, record: CallRecord): void {
  const tapped = transform.tapped()
  record.warnings.push(...transform.warnings)
  if (tapped.model) record.answeredModel = tapped.model
  const outcome = streamOutcome(end, tapped)
  const error = tapped.error ?? ('error' in end ? end.error : undefined)
  record.settle({ outcome, status: 200, usage: tapped.usage, usageSource: sourceOf(tapped, outcome), error })
}

function streamOutcome(end: StreamEnd, tapped: Tapped): Outcome {
  if (tapped.complete && !tapped.error) return 'ok'
  if (end.kind === 'client-gone') return 'aborted'
  return end.kind === 'cut' ? 'incomplete' : 'error'
}

function sourceOf(tapped: Tapped, outcome: Outcome): UsageSource {
  if (!tapped.usage) return 'unknown'
  return outcome === 'ok' ? 'reported' : 'partial'
}

async function answerWhole(exchange: Exchange, answering: Answering): Promise<Response> {
  const { prepared, provider, response } = exchange
  const bytes = await readAll(exchange)
  if (!(bytes instanceof Uint8Array)) return refuse(bytes, answering.endpoint, answering.record)
  const json = parseJson(new TextDecoder().decode(bytes))
  if (json === undefined) return refuse(notJson(exchange), answering.endpoint, answering.record)
  const tap = prepared.tap()
  tap.body(json)
  const tapped = tap.result()
  if (tapped.error) return refuse(tapped.error, answering.endpoint, answering.record)
  if (tapped.model) answering.record.answeredModel = tapped.model
  if (prepared.sameWire && !answering.record.stream) return passWhole(bytes, tapped, exchange, answering)
  const decoded = prepared.wire.decodeReply(json, provider.quirks)
  if (!decoded.ok) return refuse(decoded.error, answering.endpoint, answering.record)
  const reply = answerFromReply(decoded.value, tapped.usage ? 'reported' : 'unknown', answering)
  keepUpstreamHeaders(response.headers, reply.headers)
  return reply
}

async function readAll({ reader, first, deadlines, provider }: Exchange): Promise<Uint8Array | GatewayError> {
  try {
    const bytes = await readRest(reader, first, MAX_REPLY_BYTES, () => deadlines.touch())
    return (
      bytes ??
      gatewayError('upstream-error', `The provider ${provider.title} sent a reply over ${MAX_REPLY_BYTES} bytes.`, {
        origin: 'upstream',
      })
    )
  } catch {
    const cut = gatewayError(
      'upstream-error',
      `The provider ${provider.title} closed the connection before the reply was complete.`,
      { origin: 'upstream' },
    )
    return deadlines.expired ?? cut
  } finally {
    deadlines.stop()
  }
}

function passWhole(bytes: Uint8Array, tapped: Tapped, exchange: Exchange, { record }: Answering): Response {
  record.markFirstByte()
  record.settle({
    outcome: 'ok',
    status: exchange.response.status,
    usage: tapped.usage,
    usageSource: tapped.usage ? 'reported' : 'unknown',
  })
  const headers = replyHeaders(record, exchange.response.headers.get('content-type') ?? 'application/json')
  keepUpstreamHeaders(exchange.response.headers, headers)
  return new Response(bytes, { status: exchange.response.status, headers })
}

/** The reply for a hub reply that is already whole, streamed if the client asked for a stream. */
export function answerFromReply(reply: ChatReply, usageSource: UsageSource, answering: Answering): Response {
  const { endpoint, record } = answering
  const options = encoderOptions(answering)
  record.answeredModel = reply.model || record.answeredModel
  const { body, type } = record.stream
    ? streamBody(endpoint.wire, reply, options, record)
    : wholeBody(endpoint.wire, reply, options, record)
  record.markFirstByte()
  const headers = replyHeaders(record, type)
  record.settle({ outcome: 'ok', status: 200, usage: reply.usage, usageSource: reply.usage ? usageSource : 'unknown' })
  return new Response(body, { status: 200, headers })
}

function streamBody(
  wire: ChatWire,
  reply: ChatReply,
  options: StreamEncoderOptions,
  record: CallRecord,
): { body: string; type: string } {
  const encoder = wire.encodeStream(options)
  const body = encoder.push(unfoldReply(reply)) + encoder.end()
  record.warnings.push(...encoder.warnings)
  return { body, type: 'text/event-stream; charset=utf-8' }
}

function wholeBody(
  wire: ChatWire,
  reply: ChatReply,
  options: StreamEncoderOptions,
  record: CallRecord,
): { body: string; type: string } {
  const encoded = wire.encodeReply(reply, options)
  record.warnings.push(...encoded.warnings)
  return { body: JSON.stringify(encoded.value), type: 'application/json' }
}

function notJson({ response, provider }: Exchange): GatewayError {
  const type = response.headers.get('content-type') ?? 'no content type'
  return gatewayError(
    'upstream-error',
    `The provider ${provider.title} answered with something that is not JSON (${type.slice(0, 60)}).`,
    {
      origin: 'upstream',
      upstreamStatus: response.status,
    },
  )
}

/** Whether an OpenAI client asked for usage in its stream; other wires always carry it. */
export function wantsStreamUsage(body: Json): boolean {
  return asObject(asObject(body)?.stream_options)?.include_usage === true
}
