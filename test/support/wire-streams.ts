/** Streams of any chat wire in any of its framings: parts to bytes, and bytes to parts again. */

import type { Part } from '../../src/ground/chat-reply.ts'
import { createFramer, type Framing, type StreamEvent } from '../../src/ground/framing.ts'
import { SseParser } from '../../src/ground/sse.ts'
import type { Warning } from '../../src/ground/warning.ts'
import type { Quirks } from '../../src/wires/quirks.ts'
import type { ChatWire } from '../../src/wires/wire.ts'
import { encodeAwsEvent } from './aws-events.ts'
import { pieces } from './pieces.ts'

export interface EncodedStream {
  readonly bytes: Uint8Array
  readonly warnings: readonly Warning[]
}

/** What the wire's encoder makes of these parts, given to it in groups of `groupSize`. */
export function streamBytes(
  wire: ChatWire,
  framing: Framing,
  parts: readonly Part[],
  groupSize = parts.length,
): EncodedStream {
  const encoder = wire.encodeStream({ includeUsage: true, model: 'm', id: 'x', createdSeconds: 1, framing })
  let text = ''
  for (let from = 0; from < parts.length; from += groupSize) text += encoder.push(parts.slice(from, from + groupSize))
  text += encoder.end()
  return {
    bytes: framing === 'aws-event-stream' ? awsFrames(text) : new TextEncoder().encode(text),
    warnings: encoder.warnings,
  }
}

/** Encoders write text; for binary frames it is server-sent events of each frame's name and payload. */
function awsFrames(text: string): Uint8Array {
  const parser = new SseParser()
  const events = [...parser.push(text), ...parser.end()]
  return Uint8Array.from(events.flatMap(({ event, data }) => [...encodeAwsEvent(event, data)]))
}

/** The parts of a stream whose bytes arrive cut at `cuts`. */
export function streamParts(
  wire: ChatWire,
  framing: Framing,
  bytes: Uint8Array,
  quirks: Quirks,
  cuts: readonly number[] = [],
): Part[] {
  const framer = createFramer(framing)
  const decoder = wire.decodeStream(quirks)
  const take = (events: readonly StreamEvent[]) => events.flatMap((event) => decoder.push(event))
  const parts = pieces(bytes, cuts).flatMap((piece) => take(framer.push(piece)))
  return [...parts, ...take(framer.end()), ...decoder.end()]
}
