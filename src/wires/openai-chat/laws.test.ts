/** Laws of the openai-chat wire: there and back is the same, at any split, and a clean end is never made up. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chatCall, reply } from '../../../test/golden/openai-chat/arbitraries.ts'
import type { Part } from '../../ground/chat-reply.ts'
import { Gatherer, gatherParts } from '../../ground/gather.ts'
import type { Json } from '../../ground/json.ts'
import { SseParser } from '../../ground/sse.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { type Quirks, STANDARD_QUIRKS } from '../quirks.ts'
import { openaiChat as wire } from './index.ts'

const quirks: Quirks = { ...STANDARD_QUIRKS, reasoningField: 'reasoning_content', developerRole: true }
const defaults = { id: 'x', model: 'x', createdSeconds: 7 }
const through = (value: Json) => JSON.parse(JSON.stringify(value))

function streamOf(parts: readonly Part[]): string {
  const encoder = wire.encodeStream({ includeUsage: true, ...defaults })
  return encoder.push(parts) + encoder.end()
}

function partsOf(stream: string, cuts: readonly number[] = []): Part[] {
  const bytes = new TextEncoder().encode(stream)
  const decoder = new TextDecoder()
  const parser = new SseParser()
  const wireDecoder = wire.decodeStream(quirks)
  const parts: Part[] = []
  let from = 0
  for (const cut of [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    for (const event of parser.push(decoder.decode(bytes.subarray(from, cut), { stream: true })))
      parts.push(...wireDecoder.push(event))
    from = cut
  }
  for (const event of parser.end()) parts.push(...wireDecoder.push(event))
  return [...parts, ...wireDecoder.end()]
}

const runs = { numRuns: 250 }

describe('openai-chat laws', () => {
  it('keeps a call through encode and decode', () => {
    fc.assert(
      fc.property(chatCall, (sent) => {
        const { value, warnings } = wire.encodeRequest(sent, quirks)
        expect(wire.decodeRequest(through(value))).toEqual({ ok: true, value: sent })
        expect(warnings).toEqual([])
      }),
      runs,
    )
  })

  it('keeps a whole reply through encode and decode', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        const { value, warnings } = wire.encodeReply(whole, defaults)
        expect(wire.decodeReply(through(value), quirks)).toEqual({ ok: true, value: whole })
        expect(warnings).toEqual([])
      }),
      runs,
    )
  })

  it('keeps a reply through a stream', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        expect(gatherParts(partsOf(streamOf(unfoldReply(whole))))).toEqual(whole)
      }),
      runs,
    )
  })

  it('decodes a stream the same at any split of its bytes', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.nat(), { maxLength: 12 }), (whole, cuts) => {
        const stream = streamOf(unfoldReply(whole))
        expect(partsOf(stream, cuts)).toEqual(partsOf(stream))
      }),
      runs,
    )
  })

  it('never calls a stream complete that was cut before its finish', () => {
    fc.assert(
      fc.property(reply, fc.nat(), (whole, at) => {
        const stream = streamOf(unfoldReply(whole))
        const cut = stream.slice(0, at % stream.length)
        const gatherer = new Gatherer()
        gatherer.push(partsOf(cut))
        const finishes = cut.match(/"finish_reason":"/g)?.length ?? 0
        if (finishes < whole.choices.length - 1) expect(gatherer.complete).toBe(false)
        expect(gatherer.complete).toBe(gatherer.error === undefined)
      }),
      runs,
    )
  })

  it('reads through the tap what the decoder reads', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        const parser = new SseParser()
        const tap = wire.tap(quirks, false)
        for (const event of parser.push(streamOf(unfoldReply(whole)))) tap.event(event)
        expect(tap.result()).toMatchObject({ model: whole.model, complete: true })
        expect(tap.result().usage).toEqual(whole.usage)
      }),
      runs,
    )
  })
})
