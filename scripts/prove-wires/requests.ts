/** What the proof's clients send: the recorded request, or the least that is valid for the recorded reply. */

import { asObject, type JsonObject } from '../../src/ground/json.ts'
import { chatWires } from '../../src/wires/index.ts'
import type { Exchange } from './corpus.ts'
import { dialects } from './dialects/index.ts'

/** The recorded request under another model name; made up when none was recorded. */
export function requestInOwnWire(exchange: Exchange, model: string): JsonObject {
  if (!exchange.request) return dialects[exchange.wire].least(model, exchange.streaming, sendsUsageEvent(exchange))
  if (chatWires[exchange.wire].address === 'path')
    return 'model' in exchange.request ? { ...exchange.request, model } : exchange.request
  // Some hosts keep the model, and whether to stream, in the path of a format that has them in the body.
  const stream = exchange.invoked && exchange.streaming ? { stream: true } : {}
  return { ...exchange.request, model, ...stream }
}

/** Whether the recorded call streamed; some say so in the body, others in the path alone. */
export function streams(exchange: Exchange): boolean {
  const said = exchange.request?.stream
  if (typeof said === 'boolean') return said
  return exchange.streaming
}

/** The recording has the event that OpenAI sends only to those who ask for usage. */
function sendsUsageEvent(exchange: Exchange): boolean {
  return (
    exchange.streaming &&
    /"choices": ?\[\], ?.*"usage": ?\{|"usage": ?\{.*"choices": ?\[\]/.test(exchange.response.toString())
  )
}

/**
 * Where a same-wire request was changed beyond its model name; undefined when it was not. InvokeModel has the model and
 * whether to stream in its path, and the version in the body.
 */
export function changedRequest(sent: string, received: string, invoked = false): string | undefined {
  const [before, after] = [JSON.parse(sent) as JsonObject, JSON.parse(received) as JsonObject]
  const model = (body: JsonObject): string => `"model":${JSON.stringify(body.model)}`
  // Byte equality but for the name proves that large numbers and key order survive too.
  if (sent.replace(model(before), '') === received.replace(model(after), '')) return undefined
  const askedUsage =
    asObject(after.stream_options)?.include_usage === true && asObject(before.stream_options)?.include_usage !== true
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (invoked && (field === 'stream' || field === 'anthropic_version')) continue
    if (field === 'model' || (field === 'stream_options' && askedUsage)) continue
    const [want, got] = [JSON.stringify(before[field]), JSON.stringify(after[field])]
    if (want !== got) return `${field}: sent ${want?.slice(0, 200)}, upstream got ${got?.slice(0, 200)}`
  }
  return askedUsage || invoked ? undefined : 'the bytes of the body differ though its values are equal'
}
