/** What the proof's clients send: the recorded request, or the least that is valid for the recorded reply. */

import { asObject, type JsonObject } from '../../src/ground/json.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import type { Exchange } from './corpus.ts'

/** The recorded request under another model name; made up when none was recorded. */
export function requestInOwnWire(exchange: Exchange, model: string): JsonObject {
  if (exchange.request) return { ...exchange.request, model }
  return leastRequest(exchange.wire, exchange.streaming, model, sendsUsageEvent(exchange))
}

/** The least request of `wire` that asks for a reply like the recorded one. */
export function leastRequest(wire: ChatWireName, stream: boolean, model: string, usage = true): JsonObject {
  const messages = [{ role: 'user', content: 'Hello.' }]
  if (wire === 'anthropic-messages') return { model, max_tokens: 1024, messages, stream }
  return { model, messages, stream, ...(stream && usage && { stream_options: { include_usage: true } }) }
}

/** The recording has the event that OpenAI sends only to those who ask for usage. */
function sendsUsageEvent(exchange: Exchange): boolean {
  return (
    exchange.streaming &&
    /"choices": ?\[\], ?.*"usage": ?\{|"usage": ?\{.*"choices": ?\[\]/.test(exchange.response.toString())
  )
}

/** Where a same-wire request was changed beyond its model name; undefined when it was not. */
export function changedRequest(sent: string, received: string): string | undefined {
  const [before, after] = [JSON.parse(sent) as JsonObject, JSON.parse(received) as JsonObject]
  const model = (body: JsonObject): string => `"model":${JSON.stringify(body.model)}`
  // Byte equality but for the name proves that large numbers and key order survive too.
  if (sent.replace(model(before), '') === received.replace(model(after), '')) return undefined
  const askedUsage =
    asObject(after.stream_options)?.include_usage === true && asObject(before.stream_options)?.include_usage !== true
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (field === 'model' || (field === 'stream_options' && askedUsage)) continue
    const [want, got] = [JSON.stringify(before[field]), JSON.stringify(after[field])]
    if (want !== got) return `${field}: sent ${want?.slice(0, 200)}, upstream got ${got?.slice(0, 200)}`
  }
  return askedUsage ? undefined : 'the bytes of the body differ though its values are equal'
}
