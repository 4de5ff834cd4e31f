/** Begins a stream with a comment when no target has sent anything for long: proxies keep it open, and a client that left is noticed. */

import type { EffectivePolicy } from '../config/revision.ts'
import { gatewayError } from '../ground/error.ts'
import { within } from '../services/timers.ts'
import type { Answering } from './answer.ts'
import { KeepAlive, type KeepAliveOptions } from './keep-alive.ts'
import { replyHeaders } from './reply-headers.ts'

/**
 * The answer of `make`, or, if that takes longer than the policy's `early_head`, a stream that begins with a comment and goes on with
 * it. Its status is 200 by then: a failure follows as an event in the client's wire.
 */
export async function withEarlyHead(
  answering: Answering,
  { earlyHeadMs }: EffectivePolicy,
  keepAlive: KeepAliveOptions | undefined,
  make: () => Promise<Response>,
): Promise<Response> {
  const { gateway, context, record } = answering
  const made = make()
  if (earlyHeadMs === undefined || !record.stream || !keepAlive) return made
  const early = await within(gateway.timers, earlyHeadMs, made)
  if (early) return early
  const { readable, writable } = new IdentityTransformStream()
  context.waitUntil(goOn(made, writable, keepAlive, answering))
  const headers = replyHeaders(record, 'text/event-stream; charset=utf-8')
  headers.set('cache-control', 'no-cache')
  return new Response(readable, { status: 200, headers })
}

/** Never throws: who listens no more is told nothing. */
async function goOn(
  made: Promise<Response>,
  writable: WritableStream<Uint8Array>,
  options: KeepAliveOptions,
  { endpoint, record }: Answering,
): Promise<void> {
  const writer = writable.getWriter()
  const keeper = new KeepAlive(options, writer, () => undefined)
  const first = writer.write(options.bytes).catch(() => undefined)
  keeper.sent(options.bytes)
  const response = await made
  keeper.stop()
  await first
  const streams = /^text\/event-stream/i.test(response.headers.get('content-type') ?? '')
  if (response.ok && streams && response.body) {
    await carry(response.body, writer)
    return
  }
  await response.body?.cancel()
  const error = record.ending?.error ?? gatewayError('upstream-error', 'No target gave an answer.')
  const told = endpoint.wire.encodeStreamError(error, record.requestId, 'sse')
  await writer
    .write(new TextEncoder().encode(told))
    .then(() => writer.close())
    .catch(() => undefined)
}

/** Piece by piece: the runtime's own pipe between two of its streams waits for ever when the first was made in the same request. */
async function carry(body: ReadableStream<Uint8Array>, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  const reader = body.getReader()
  try {
    for (let read = await reader.read(); read.value; read = await reader.read()) await writer.write(read.value)
    await writer.close()
  } catch (error) {
    // One side broke off; the other is told by its end.
    await reader.cancel(error).catch(() => undefined)
    await writer.abort(error).catch(() => undefined)
  }
}
