/** Makes the recorded request usable by a client of the other wire, so that crosswise runs carry real tools and histories. */

import type { JsonObject } from '../../src/ground/json.ts'
import { chatWires } from '../../src/wires/index.ts'
import { STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import type { Exchange } from './corpus.ts'

/** The recorded request said in the other wire by our own translation; undefined without a request to translate. */
export function translatedRequest(exchange: Exchange, to: ChatWireName, model: string): JsonObject | undefined {
  if (!exchange.request) return undefined
  const decoded = chatWires[exchange.wire].decodeRequest({ ...exchange.request, model })
  if (!decoded.ok) return undefined
  const call = { ...decoded.value, stream: exchange.request.stream === true, streamUsage: true }
  const body = chatWires[to].encodeRequest(call, {
    ...STANDARD_QUIRKS,
    defaultMaxTokens: 1024,
    reasoningField: 'reasoning_content',
  })
  const usage = to === 'openai-chat' && call.stream ? { stream_options: { include_usage: true } } : {}
  return { ...body.value, model, stream: call.stream, ...usage }
}
