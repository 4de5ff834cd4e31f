/** What happens to each piece of an upstream stream on its way to the client: nothing, another framing, or translation. */

import type { Part } from '../ground/chat-reply.ts'
import { createFramer, type Framer, type Framing, type StreamEvent } from '../ground/framing.ts'
import { joinBytes } from '../ground/join-bytes.ts'
import { formatSse, SseParser } from '../ground/sse.ts'
import type { Warning } from '../ground/warning.ts'
import type { StreamDecoder, StreamEncoder, Tapped, UsageTap } from '../wires/wire.ts'
import { type EventEnds, isWholeEvent, WholeEvents } from './whole-events.ts'

export interface StreamTransform {
  /** Bytes for the client; undefined when this piece gives none yet. Throws on an endless event or a broken framing. */
  push(chunk: Uint8Array): Uint8Array | undefined
  /** The upstream closed. Throws as `push` does. */
  end(): Uint8Array | undefined
  /** What is known about usage and ending so far. */
  tapped(): Tapped
  readonly warnings: readonly Warning[]
}

/** What a transform needs of a tap: the events, and what they said. */
export type EventTap = Pick<UsageTap, 'result'> & { event(event: StreamEvent): unknown }

const encoder = new TextEncoder()

/**
 * Same wire, same framing: bytes go through untouched, whole events at a time where the framing is text in lines; a copy feeds
 * the tap. Of a stream that breaks off inside an event, the half event is kept back, because an error may follow it.
 */
export function passThrough(tap: EventTap, framing: Framing = 'sse'): StreamTransform {
  const framer = createFramer(framing)
  const ends = EVENT_ENDS[framing]
  const whole = ends && new WholeEvents(ends)
  return {
    warnings: [],
    push(chunk) {
      for (const event of framer.push(chunk)) tap.event(event)
      return whole ? whole.push(chunk) : chunk
    },
    end() {
      const last = framer.end()
      for (const event of last) tap.event(event)
      const rest = whole?.rest()
      return rest && lastBytes(rest, { events: last, tap, eventEnd: framing === 'sse' ? '\n\n' : '\n' })
    },
    tapped: () => tap.result(),
  }
}

const EVENT_ENDS: Partial<Record<Framing, EventEnds>> = { sse: 'blank-line', ndjson: 'line' }

interface Unended {
  readonly events: readonly StreamEvent[]
  readonly tap: EventTap
  readonly eventEnd: string
}

/** What goes out of bytes that lack their event's end: several vendors leave it out at the very end, others break off in the middle. */
function lastBytes(rest: Uint8Array, { events, tap, eventEnd }: Unended): Uint8Array | undefined {
  const { complete } = tap.result()
  // Half a JSON is nothing a client can read: an error will follow, or the answer was complete without it.
  if (!events.every((event) => isWholeEvent(event) || (complete && !event.data.startsWith('{')))) return undefined
  return complete ? rest : joinBytes([rest, encoder.encode(eventEnd)])
}

/** A reply without events: bytes go through and nobody looks at them. It is complete when the upstream ends it well. */
export function passBytes(tap: EventTap): StreamTransform {
  let ended = false
  return {
    warnings: [],
    push: (chunk) => chunk,
    end() {
      ended = true
      return undefined
    },
    tapped: () => ({ ...tap.result(), complete: ended }),
  }
}

const BLOCK_END = /\r\n\r\n|\n\n|\r\r/g

/** Same wire over SSE, but the event that exists only because we asked for usage is left out. Other events keep their bytes. */
export function passThroughHidingUsage(tap: UsageTap): StreamTransform {
  const text = new TextDecoder()
  let rest = ''
  const shown = (block: string, events = eventsOf(block)): string => {
    let hide = false
    for (const event of events) hide = tap.event(event) || hide
    return hide ? '' : block
  }
  const take = (piece: string): string => {
    rest += piece
    let output = ''
    let from = 0
    BLOCK_END.lastIndex = 0
    for (let match = BLOCK_END.exec(rest); match; match = BLOCK_END.exec(rest)) {
      output += shown(rest.slice(from, BLOCK_END.lastIndex))
      from = BLOCK_END.lastIndex
    }
    rest = rest.slice(from)
    return output
  }
  return {
    warnings: [],
    push: (chunk) => bytesOf(take(text.decode(chunk, { stream: true }))),
    end: () => {
      const before = take(text.decode())
      const events = eventsOf(rest)
      const last = bytesOf(shown(rest, events))
      rest = ''
      const output = last && lastBytes(last, { events, tap, eventEnd: '\n\n' })
      return output ? joinBytes([encoder.encode(before), output]) : bytesOf(before)
    },
    tapped: () => tap.result(),
  }
}

function eventsOf(block: string): StreamEvent[] {
  const parser = new SseParser()
  return [...parser.push(block), ...parser.end()]
}

/** Same wire in another framing (Claude over AWS event streams, a JSON array for a client that wants SSE): events as they are. */
export function reframe(tap: EventTap, framer: Framer, framing: Framing): StreamTransform {
  let count = 0
  const carry = (events: readonly StreamEvent[]): string => {
    let output = ''
    for (const event of events) {
      tap.event(event)
      output += framed(event, framing, count++)
    }
    return output
  }
  return {
    warnings: [],
    push: (chunk) => bytesOf(carry(framer.push(chunk))),
    end: () => bytesOf(carry(framer.end()) + (framing === 'json-array' ? (count === 0 ? '[]' : ']') : '')),
    tapped: () => tap.result(),
  }
}

function framed({ event, data }: StreamEvent, framing: Framing, index: number): string {
  if (framing === 'ndjson') return `${data}\n`
  if (framing === 'json-array') return `${index === 0 ? '[' : ',\r\n'}${data}`
  return formatSse(data, event)
}

/** Another wire: decode to parts, encode in the client's wire, and watch both sides go by. */
export function translate(options: {
  readonly framer: Framer
  readonly tap: EventTap
  readonly decoder: StreamDecoder
  readonly encoder: StreamEncoder
}): StreamTransform {
  const { framer, tap, decoder, encoder: encode } = options
  const seen: Tapped = { complete: false }
  const carry = (parts: readonly Part[]): string => {
    for (const part of parts) notePart(seen, part)
    return parts.length ? encode.push(parts) : ''
  }
  const decode = (event: StreamEvent): Part[] => {
    tap.event(event)
    return decoder.push(event)
  }
  return {
    get warnings() {
      return encode.warnings
    },
    push: (chunk) => bytesOf(carry(framer.push(chunk).flatMap(decode))),
    end() {
      const parts = framer.end().flatMap(decode)
      return bytesOf(carry([...parts, ...decoder.end()]) + encode.end())
    },
    // What the client was told counts for how it ended; the tap knows what no part says (price class, the provider's charge).
    tapped: () => ({ ...tap.result(), ...seen }),
  }
}

function notePart(seen: Tapped, part: Part): void {
  if (part.type === 'reply-start') {
    if (part.model) seen.model = part.model
    if (part.usage) seen.usage = part.usage
  } else if (part.type === 'usage') seen.usage = part.usage
  else if (part.type === 'choice-finish') seen.finish = part.finish
  else if (part.type === 'reply-end') seen.complete = true
  else if (part.type === 'reply-error') seen.error ??= part.error
}

function bytesOf(text: string): Uint8Array | undefined {
  return text ? encoder.encode(text) : undefined
}
