/** What happens to each piece of an upstream stream on its way to the client: nothing, or translation. */

import type { Part } from '../ground/chat-reply.ts'
import type { GatewayError } from '../ground/error.ts'
import { SseParser } from '../ground/sse.ts'
import type { Warning } from '../ground/warning.ts'
import type { StreamDecoder, StreamEncoder, Tapped, UsageTap } from '../wires/wire.ts'

export interface StreamTransform {
  /** Bytes for the client; undefined when this piece gives none yet. Throws `SseOverflow` on an endless event. */
  push(chunk: Uint8Array): Uint8Array | undefined
  /** The upstream closed. */
  end(): Uint8Array | undefined
  /** What is known about usage and ending so far. */
  tapped(): Tapped
  readonly warnings: readonly Warning[]
}

const encoder = new TextEncoder()

/** Same wire: bytes go through untouched; a copy of the text feeds the tap. */
export function passThrough(tap: UsageTap): StreamTransform {
  const text = new TextDecoder()
  const parser = new SseParser()
  return {
    warnings: [],
    push(chunk) {
      for (const event of parser.push(text.decode(chunk, { stream: true }))) tap.event(event)
      return chunk
    },
    end() {
      for (const event of parser.push(text.decode())) tap.event(event)
      for (const event of parser.end()) tap.event(event)
      return undefined
    },
    tapped: () => tap.result(),
  }
}

const BLOCK_END = /\r\n\r\n|\n\n|\r\r/g

/** Same wire, but the event that exists only because we asked for usage is left out. Other events keep their bytes. */
export function passThroughHidingUsage(tap: UsageTap): StreamTransform {
  const text = new TextDecoder()
  let rest = ''
  const shown = (block: string): string => {
    const parser = new SseParser()
    const events = [...parser.push(block), ...parser.end()]
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
      const last = take(text.decode()) + (rest ? shown(rest) : '')
      rest = ''
      return bytesOf(last)
    },
    tapped: () => tap.result(),
  }
}

/** Another wire: decode to parts, encode in the client's wire, and watch the parts go by. */
export function translate(decoder: StreamDecoder, encode: StreamEncoder): StreamTransform {
  const text = new TextDecoder()
  const parser = new SseParser()
  const tapped: Tapped = { complete: false }
  const carry = (parts: readonly Part[]): string => {
    for (const part of parts) notePart(tapped, part)
    return parts.length ? encode.push(parts) : ''
  }
  return {
    get warnings() {
      return encode.warnings
    },
    push(chunk) {
      const events = parser.push(text.decode(chunk, { stream: true }))
      return bytesOf(carry(events.flatMap((event) => decoder.push(event))))
    },
    end() {
      const events = [...parser.push(text.decode()), ...parser.end()]
      const parts = events.flatMap((event) => decoder.push(event))
      return bytesOf(carry([...parts, ...decoder.end()]) + encode.end())
    },
    tapped: () => tapped,
  }
}

function notePart(tapped: Tapped, part: Part): void {
  if (part.type === 'reply-start') {
    if (part.model) tapped.model = part.model
    if (part.usage) tapped.usage = part.usage
  } else if (part.type === 'usage') tapped.usage = part.usage
  else if (part.type === 'choice-finish') tapped.finish = part.finish
  else if (part.type === 'reply-end') tapped.complete = true
  else if (part.type === 'reply-error') tapped.error = tapped.error ?? (part.error satisfies GatewayError)
}

function bytesOf(text: string): Uint8Array | undefined {
  return text ? encoder.encode(text) : undefined
}
