/** What tests of a chat wire need to send replies through its streams. */

import type { ChatCall } from '../../ground/chat-call.ts'
import type { Part } from '../../ground/chat-reply.ts'
import { createFramer, type Framing, type StreamEvent } from '../../ground/framing.ts'
import type { Json } from '../../ground/json.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import type { ChatWire, Tapped } from '../wire.ts'

export const DEFAULTS = { id: 'x', model: 'x', createdSeconds: 7 }

/** A call of no wire, with the given fields. */
export function callOf(fields: Partial<ChatCall>): ChatCall {
  return { model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], stream: false, ...fields }
}

/** The value as it arrives when it is sent. */
export function sent(value: Json) {
  return JSON.parse(JSON.stringify(value))
}

/** Warnings as sorted words. */
export function features(warnings: readonly { feature: string; effect: string }[]): string[] {
  return warnings.map(({ feature, effect }) => `${feature}:${effect}`).sort()
}

/** The stream that these parts make. */
export function streamOf(wire: ChatWire, parts: readonly Part[]): string {
  const encoder = wire.encodeStream({ includeUsage: true, ...DEFAULTS })
  return encoder.push(parts) + encoder.end()
}

/** The events of a stream whose bytes come in pieces, cut at these places. */
export function eventsOf(stream: string | Uint8Array, framing: Framing, cuts: readonly number[] = []): StreamEvent[] {
  const bytes = typeof stream === 'string' ? new TextEncoder().encode(stream) : stream
  const framer = createFramer(framing)
  const ends = [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  let from = 0
  const events: StreamEvent[] = []
  for (const end of ends) {
    events.push(...framer.push(bytes.subarray(from, end)))
    from = end
  }
  return [...events, ...framer.end()]
}

/** The parts of a stream; `framing` is the wire's own unless said. */
export function partsOf(
  wire: ChatWire,
  stream: string | Uint8Array,
  cuts: readonly number[] = [],
  framing: Framing = wire.framings[0],
): Part[] {
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  const parts = eventsOf(stream, framing, cuts).flatMap((event) => decoder.push(event))
  return [...parts, ...decoder.end()]
}

/** What the tap says of a stream that passed it. */
export function tapOf(wire: ChatWire, stream: string | Uint8Array, framing: Framing = wire.framings[0]): Tapped {
  const tap = wire.tap(STANDARD_QUIRKS, false)
  for (const event of eventsOf(stream, framing)) tap.event(event)
  return tap.result()
}
