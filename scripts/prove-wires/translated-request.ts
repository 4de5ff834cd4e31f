/** Makes the recorded request usable by a client of another wire, so that crosswise runs carry real tools and histories. */

import type { JsonObject } from '../../src/ground/json.ts'
import { chatWires } from '../../src/wires/index.ts'
import { STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import type { Exchange } from './corpus.ts'
import { streams } from './requests.ts'

/** The recorded request said in another wire by our own translation; undefined without a request to translate. */
export function translatedRequest(exchange: Exchange, to: ChatWireName, model: string): JsonObject | undefined {
  if (!exchange.request) return undefined
  const own = chatWires[exchange.wire].address === 'path' ? exchange.request : { ...exchange.request, model }
  const decoded = chatWires[exchange.wire].decodeRequest(own)
  if (!decoded.ok) return undefined
  const call = { ...decoded.value, model, stream: streams(exchange), streamUsage: true }
  const body = chatWires[to].encodeRequest(call, {
    ...STANDARD_QUIRKS,
    defaultMaxTokens: 1024,
    reasoningField: 'reasoning_content',
  })
  const usage =
    (to === 'openai-chat' || to === 'openai-completions') && call.stream
      ? { stream_options: { include_usage: true } }
      : {}
  return chatWires[to].address === 'path' ? body.value : { ...body.value, model, stream: call.stream, ...usage }
}
