/** Healthy streams of each wire, as events, from which mutated ones are made. */

import type { Part } from '../../src/ground/chat-reply.ts'
import { gatewayError } from '../../src/ground/error.ts'
import type { Framing } from '../../src/ground/framing.ts'
import { type Json, parseJson } from '../../src/ground/json.ts'
import { unfoldReply } from '../../src/ground/unfold.ts'
import type { ChatWire } from '../../src/wires/wire.ts'
import { framed } from '../../test/support/pieces.ts'
import { streamBytes } from '../../test/support/wire-streams.ts'
import { dialectEvents } from './dialect-events.ts'
import { seedReplies } from './seed-replies.ts'

/** One event; a body that is no JSON (`[DONE]`) is its text. */
export interface SeedEvent {
  readonly event: string
  readonly body: Json
}

export interface SeedStream {
  readonly framing: Framing
  readonly bytes: Uint8Array
  readonly events: readonly SeedEvent[]
}

/** One stream a seed reply and framing, one that fails, and one of what only vendors send. */
export function seedStreams(wire: ChatWire): readonly SeedStream[] {
  const failing: Part[] = [
    { type: 'reply-start', id: 'r', model: 'm' },
    { type: 'text-delta', choice: 0, text: 'Hel' },
    { type: 'reply-error', error: gatewayError('overloaded', 'Busy.', { origin: 'upstream' }) },
  ]
  const all = [...seedReplies(wire.name).map((reply) => inPieces(unfoldReply(reply))), failing]
  const streams = wire.framings.flatMap((framing) =>
    all.map((parts): SeedStream => {
      const { bytes } = streamBytes(wire, framing, parts)
      const events = framed(framing, bytes).map(({ event, data }) => ({ event, body: parseJson(data) ?? data }))
      return { framing, bytes, events }
    }),
  )
  const [first] = streams
  const events = dialectEvents(wire.name)
  return first && events.length > 0 ? [...streams, { ...first, events: [...first.events, ...events] }] : streams
}

/** Arguments come in several deltas, as models write them. */
function inPieces(parts: readonly Part[]): Part[] {
  return parts.flatMap((part) => {
    if (part.type !== 'tool-call-delta' || part.arguments.length < 4) return [part]
    const middle = part.arguments.length >> 1
    return [part.arguments.slice(0, middle), part.arguments.slice(middle)].map((piece) => ({
      ...part,
      arguments: piece,
    }))
  })
}

/** Events as an upstream sends them. */
export function eventText(body: Json): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}
