/** Laws of the anthropic-messages wire: there and back is the same, at any split. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatReply, Part } from '../../src/ground/chat-reply.ts'
import { gatherParts } from '../../src/ground/gather.ts'
import { SseParser } from '../../src/ground/sse.ts'
import { unfoldReply } from '../../src/ground/unfold.ts'
import { anthropicMessages as wire } from '../../src/wires/anthropic-messages/index.ts'
import { STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import { messagesCall, messagesReply, mixedParts } from './hub-arbitraries.ts'

const defaults = { id: 'x', model: 'x', createdSeconds: 0 }
const runs = { numRuns: 300 }

function encoded(parts: readonly Part[]): string {
  const encoder = wire.encodeStream({ includeUsage: true, ...defaults })
  return encoder.push(parts) + encoder.end()
}

/** Decodes bytes that arrive cut at `cuts`. */
function decoded(bytes: Uint8Array, cuts: readonly number[] = []): Part[] {
  const text = new TextDecoder()
  const parser = new SseParser()
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  const parts: Part[] = []
  let from = 0
  for (const cut of [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    for (const event of parser.push(text.decode(bytes.subarray(from, cut), { stream: true })))
      parts.push(...decoder.push(event))
    from = cut
  }
  for (const event of parser.end()) parts.push(...decoder.push(event))
  return [...parts, ...decoder.end()]
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

describe('anthropic-messages laws', () => {
  it('keeps a call through encode and decode', () => {
    fc.assert(
      fc.property(messagesCall, (call) => {
        const { value, warnings } = wire.encodeRequest(call, STANDARD_QUIRKS)
        const back = wire.decodeRequest(JSON.parse(JSON.stringify(value)))
        expect(back).toEqual({ ok: true, value: call })
        for (const { feature } of warnings) expect(feature).toMatch(/arguments$/)
      }),
      runs,
    )
  })

  it('keeps a whole reply through encode and decode', () => {
    fc.assert(
      fc.property(messagesReply, (reply) => {
        const { value } = wire.encodeReply(reply, defaults)
        const back = wire.decodeReply(JSON.parse(JSON.stringify(value)), STANDARD_QUIRKS)
        expect(back).toEqual({ ok: true, value: reply })
      }),
      runs,
    )
  })

  it('keeps a reply through a stream', () => {
    fc.assert(
      fc.property(messagesReply, (reply) => {
        const back = gatherParts(decoded(bytesOf(encoded(unfoldReply(reply)))))
        expect(back).toEqual(streamed(reply))
      }),
      runs,
    )
  })

  it('keeps pieces of any order through a stream', () => {
    fc.assert(
      fc.property(mixedParts, (parts) => {
        expect(gatherParts(decoded(bytesOf(encoded(parts))))).toEqual(gatherParts(parts))
      }),
      runs,
    )
  })

  it('decodes the same parts wherever the bytes are cut', () => {
    fc.assert(
      fc.property(mixedParts, fc.array(fc.nat(), { maxLength: 12 }), (parts, cuts) => {
        const bytes = bytesOf(encoded(parts))
        expect(decoded(bytes, cuts)).toEqual(decoded(bytes))
      }),
      runs,
    )
  })

  it('decodes the same parts byte by byte', () => {
    fc.assert(
      fc.property(messagesReply, (reply) => {
        const bytes = bytesOf(encoded(unfoldReply(reply)))
        expect(decoded(bytes, [...bytes.keys()])).toEqual(decoded(bytes))
      }),
      { numRuns: 25 },
    )
  })
})

/** A stream keeps the blocks as parts do. */
function streamed(reply: ChatReply): ChatReply {
  return gatherParts(unfoldReply(reply))
}
