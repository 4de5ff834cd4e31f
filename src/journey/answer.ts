/** Turns what an upstream or an edge model gave into the client's reply, and settles the call after the last byte. */

import type { ChatReply } from '../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { contentTypeOf, type Framing } from '../ground/framing.ts'
import { asObject, type Json, parseJson } from '../ground/json.ts'
import { unfoldReply } from '../ground/unfold.ts'
import type { UsageSource } from '../ground/usage.ts'
import type { ChatWire, StreamEncoderOptions, Tapped, UsageTap } from '../wires/wire.ts'
import type { Exchange } from './attempt.ts'
import type { CallRecord } from './call-record.ts'
import type { ChatEndpoint } from './endpoint.ts'
import type { CallContext, Gateway } from './gateway.ts'
import type { KeepAliveOptions } from './keep-alive.ts'
import type { LimitHold } from './limit-hold.ts'
import type { Prepared } from './prepare.ts'
import { pumpStream } from './pump-stream.ts'
import { readRest } from './read-whole.ts'
import { refuse } from './refuse.ts'
import { keepUpstreamHeaders, replyHeaders } from './reply-headers.ts'
import { settleStream } from './settle-stream.ts'
import { passThrough, passThroughHidingUsage, reframe, type StreamTransform, translate } from './stream-transforms.ts'

/** What every kind of call is answered with. */
export interface CallDesk {
  readonly request: Request
  readonly gateway: Gateway
  readonly record: CallRecord
  readonly context: CallContext
}

export interface Answering extends CallDesk {
  readonly endpoint: ChatEndpoint
  /** The client asked for usage inside the stream. */
  readonly clientWantsUsage: boolean
  /** The policy's, where it says one. */
  readonly keepAliveMs: number | undefined
}

/** Largest whole reply held in memory; a stream has no such limit. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024

/** An exchange together with what was prepared for it. */
export interface ChatExchange extends Exchange {
  readonly prepared: Prepared
}

/**
 * A server that was asked for events may answer with one JSON text all the same. Lines and arrays of JSON are called plain
 * JSON by some servers, and one text on one line is a stream of one piece.
 */
export function streams({ prepared, response }: ChatExchange): boolean {
  const type = response.headers.get('content-type') ?? ''
  if (prepared.framing === 'ndjson' || prepared.framing === 'json-array') return true
  return prepared.framing === 'sse' ? !/json/i.test(type) : !/^application\/json/i.test(type)
}

function clientFraming({ address, wire }: ChatEndpoint): Framing {
  return address.framing ?? wire.framings[0]
}

/** The reply to an answer that streams. */
export function answerStream(exchange: ChatExchange, answering: Answering): Response {
  const { record, endpoint, request, context } = answering
  const framing = clientFraming(endpoint)
  const transform = transformFor(exchange, answering)
  const { body, end } = pumpStream({
    exchange,
    transform,
    clientSignal: request.signal,
    encodeError: (error) => new TextEncoder().encode(endpoint.wire.encodeStreamError(error, record.requestId, framing)),
    onFirstByte: () => record.markFirstByte(),
    keepAlive: keepAliveOf(answering, framing),
    tape: record.tape,
  })
  context.waitUntil(end.then((how) => settleStream(how, transform, record)))
  const untouched = exchange.prepared.sameWire && exchange.prepared.framing === framing
  const type = untouched ? exchange.response.headers.get('content-type') : undefined
  const headers = replyHeaders(record, type ?? contentTypeOf(framing))
  headers.set('cache-control', 'no-cache')
  keepUpstreamHeaders(exchange.response.headers, headers)
  return new Response(body, { status: exchange.response.status, headers })
}

const USUAL_KEEP_ALIVE_MS = 15_000

/** Undefined where the client's wire or framing has no words for it. */
export function keepAliveOf(
  { endpoint, gateway, keepAliveMs }: Answering,
  framing = clientFraming(endpoint),
): KeepAliveOptions | undefined {
  const { keepAlive } = endpoint.wire
  if (keepAlive === undefined || framing !== 'sse') return undefined
  const { timers, clock } = gateway
  return { afterMs: keepAliveMs ?? USUAL_KEEP_ALIVE_MS, bytes: new TextEncoder().encode(keepAlive), timers, clock }
}

function transformFor(exchange: ChatExchange, answering: Answering): StreamTransform {
  const { prepared, provider } = exchange
  const framing = clientFraming(answering.endpoint)
  const { limits, cacheWrite } = answering.record
  const seen = seenBy(limits, prepared.tap())
  const tap = cacheWrite?.takeStream(seen, () => prepared.chat.decodeStream(provider.quirks)) ?? seen
  if (prepared.sameWire) {
    if (prepared.framing !== framing) return reframe(tap, prepared.framer(), framing)
    return prepared.askedUsage ? passThroughHidingUsage(tap) : passThrough(tap, framing)
  }
  return translate({
    framer: prepared.framer(),
    tap,
    decoder: prepared.chat.decodeStream(provider.quirks),
    encoder: answering.endpoint.wire.encodeStream(encoderOptions(answering)),
  })
}

/** The tap, with limits looking on: a call that is cut off is counted by what came. */
function seenBy(limits: LimitHold | undefined, tap: UsageTap): UsageTap {
  if (!limits) return tap
  return {
    event(event) {
      limits.see(event.data)
      return tap.event(event)
    },
    body: (body) => tap.body(body),
    result: () => tap.result(),
  }
}

function encoderOptions({ record, gateway, clientWantsUsage, endpoint }: Answering): StreamEncoderOptions {
  return {
    framing: clientFraming(endpoint),
    includeUsage: clientWantsUsage,
    model: record.targetModel,
    id: record.requestId,
    createdSeconds: Math.floor(gateway.clock.now() / 1000),
  }
}

/** A reply that was read to its end. */
export interface WholeReply {
  readonly bytes: Uint8Array
  readonly text: string
  readonly json: Json
  readonly tapped: Tapped
}

/** Reads a reply that is one JSON text. Nothing has gone to the app yet, so after an error another target may answer. */
export async function readReply(exchange: ChatExchange): Promise<WholeReply | GatewayError> {
  const bytes = await readAll(exchange)
  if (!(bytes instanceof Uint8Array)) return bytes
  const text = new TextDecoder().decode(bytes)
  const json = parseJson(text)
  if (json === undefined) return notJson(exchange)
  const tap = exchange.prepared.tap()
  tap.body(json)
  const tapped = tap.result()
  return tapped.error ?? { bytes, text, json, tapped }
}

/** The reply to a whole answer. */
export function answerWhole(whole: WholeReply, exchange: ChatExchange, answering: Answering): Response {
  const { prepared, provider, response } = exchange
  const { bytes, text, json, tapped } = whole
  answering.record.limits?.see(text)
  if (tapped.model) answering.record.answeredModel = tapped.model
  answering.record.cacheWrite?.takeReply(() => {
    const reply = prepared.chat.decodeReply(json, provider.quirks)
    return reply.ok ? reply.value : undefined
  })
  if (prepared.sameWire && !answering.record.stream) return passWhole(bytes, tapped, exchange, answering)
  const decoded = prepared.chat.decodeReply(json, provider.quirks)
  if (!decoded.ok) return refuse(decoded.error, answering.endpoint, answering.record)
  const reply = answerFromReply(decoded.value, tapped.usage ? 'reported' : 'unknown', answering, tapped)
  keepUpstreamHeaders(response.headers, reply.headers)
  return reply
}

export async function readAll({ reader, first, deadlines, provider }: Exchange): Promise<Uint8Array | GatewayError> {
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
    tapped,
  })
  const headers = replyHeaders(record, exchange.response.headers.get('content-type') ?? 'application/json')
  keepUpstreamHeaders(exchange.response.headers, headers)
  return new Response(bytes, { status: exchange.response.status, headers })
}

/** The reply for a hub reply that is already whole, streamed if the client asked for a stream. */
export function answerFromReply(
  reply: ChatReply,
  usageSource: UsageSource,
  answering: Answering,
  tapped?: Tapped,
): Response {
  const { endpoint, record } = answering
  const options = encoderOptions(answering)
  record.answeredModel = reply.model || record.answeredModel
  const { body, type } = record.stream
    ? streamBody(endpoint.wire, reply, options, record)
    : wholeBody(endpoint.wire, reply, options, record)
  record.markFirstByte()
  const source = reply.usage ? usageSource : 'unknown'
  record.settle({ outcome: 'ok', status: 200, usage: reply.usage, usageSource: source, ...(tapped && { tapped }) })
  return new Response(body, { status: 200, headers: replyHeaders(record, type) })
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
  return { body, type: contentTypeOf(options.framing ?? wire.framings[0]) }
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

export function notJson({ response, provider }: Exchange): GatewayError {
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
