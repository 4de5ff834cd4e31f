/** Laws of the gemini-generate wire: there and back is the same, at any split, and a clean end is never made up. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Part } from '../../ground/chat-reply.ts'
import type { Framing } from '../../ground/framing.ts'
import { Gatherer, gatherParts } from '../../ground/gather.ts'
import { isObject, type Json } from '../../ground/json.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { DEFAULTS, partsOf, sent, tapOf } from '../ollama-chat/streams.fixture.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { geminiGenerate as wire } from './index.ts'
import { geminiCall, geminiCitations, geminiReply } from './laws.fixture.ts'

const runs = { numRuns: 200 }
const framings: readonly Framing[] = ['sse', 'json-array']

function streamOf(parts: readonly Part[], framing: Framing): string {
  const encoder = wire.encodeStream({ includeUsage: true, ...DEFAULTS, framing })
  return encoder.push(parts) + encoder.end()
}

describe('gemini-generate laws', () => {
  it('keeps a call through encode and decode', () => {
    fc.assert(
      fc.property(geminiCall, (call) => {
        const { value, warnings } = wire.encodeRequest(call, quirks)
        expect(wire.decodeRequest(sent(value))).toEqual({ ok: true, value: call })
        expect(warnings).toEqual([])
      }),
      runs,
    )
  })

  it('keeps a whole reply through encode and decode', () => {
    fc.assert(
      fc.property(geminiReply, (whole) => {
        const { value, warnings } = wire.encodeReply(whole, DEFAULTS)
        expect(wire.decodeReply(sent(value), quirks)).toEqual({ ok: true, value: whole })
        expect(warnings).toEqual([])
      }),
      runs,
    )
  })

  it('keeps citations, and says what grounding said word for word', () => {
    fc.assert(
      fc.property(geminiCitations, (citations) => {
        const content = [{ type: 'text' as const, text: 'It is so.', citations }]
        const whole = { id: 'r', model: 'm', choices: [{ content, finish: 'stop' as const, rawFinish: 'STOP' }] }
        const first = wire.decodeReply(sent(wire.encodeReply(whole, DEFAULTS).value), quirks)
        if (!first.ok) throw new Error(first.error.message)
        expect(first.value.choices).toEqual(whole.choices)
        const stream = streamOf(unfoldReply(whole), 'sse')
        expect(gatherParts(partsOf(wire, stream))).toEqual(first.value)
        expect(wire.decodeReply(sent(wire.encodeReply(first.value, DEFAULTS).value), quirks)).toEqual(first)
      }),
      runs,
    )
  })

  it.each(framings)('keeps a reply through a stream as %s, at any split of its bytes', (framing) => {
    fc.assert(
      fc.property(geminiReply, fc.array(fc.nat(), { maxLength: 12 }), (whole, cuts) => {
        const stream = streamOf(unfoldReply(whole), framing)
        const parts = partsOf(wire, stream, [], framing)
        expect(gatherParts(parts)).toEqual(whole)
        expect(partsOf(wire, stream, cuts, framing)).toEqual(parts)
      }),
      runs,
    )
  })

  it('streams as an array what it streams as events', () => {
    fc.assert(
      fc.property(geminiReply, (whole) => {
        const elements: Json = JSON.parse(streamOf(unfoldReply(whole), 'json-array'))
        const events = streamOf(unfoldReply(whole), 'sse').split('\r\n\r\n').slice(0, -1)
        expect(events.map((event) => JSON.parse(event.slice('data: '.length)))).toEqual(elements)
      }),
    )
  })

  it('reads through the tap what the decoder reads', () => {
    fc.assert(
      fc.property(geminiReply, fc.constantFrom(...framings), (whole, framing) => {
        const { usage, ...seen } = tapOf(wire, streamOf(unfoldReply(whole), framing), framing)
        expect(seen).toEqual({
          model: whole.model,
          replyId: whole.id,
          finish: whole.choices[0]?.finish,
          complete: true,
        })
        expect(usage).toEqual(whole.usage)
      }),
      runs,
    )
  })

  it.each(framings)('never calls a stream complete that was cut, as %s', (framing) => {
    fc.assert(
      fc.property(geminiReply, fc.nat(), (whole, at) => {
        const stream = streamOf(unfoldReply(whole), framing)
        const cut = stream.slice(0, at % stream.indexOf('"finishReason"'))
        const gatherer = new Gatherer()
        gatherer.push(partsOf(wire, cut, [], framing))
        expect(gatherer.complete).toBe(false)
        expect(gatherer.error).toBeDefined()
        expect(tapOf(wire, cut, framing).complete).toBe(false)
      }),
      runs,
    )
  })

  it('never throws, whatever comes', () => {
    const strange = fc.jsonValue({ maxDepth: 3 })
    const fields = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), strange, { maxKeys: 4 })
    const part = fc.oneof(
      strange,
      fields('text', 'thought', 'thoughtSignature', 'inlineData', 'file_data', 'executableCode', 'videoMetadata'),
      fc.record({ functionCall: fields('name', 'id', 'args', 'partialArgs', 'willContinue') }),
      fc.record({
        functionCall: fc.record({ name: strange, partialArgs: fc.array(fields('jsonPath', 'stringValue')) }),
      }),
      fc.record({ function_response: fields('name', 'id', 'response', 'parts') }),
    )
    const content = fc.oneof(strange, fc.record({ role: strange, parts: fc.oneof(part, fc.array(part)) }))
    const candidate = fc.record(
      {
        content,
        finishReason: fc.oneof(strange, fc.constantFrom('STOP', 'MALFORMED_FUNCTION_CALL', 1, 99)),
        logprobsResult: fields('chosenCandidates', 'topCandidates'),
        groundingMetadata: fields('groundingChunks', 'groundingSupports'),
        citationMetadata: strange,
        index: strange,
      },
      { requiredKeys: [] },
    )
    const body = fc.record(
      {
        candidates: fc.oneof(strange, fc.array(fc.oneof(strange, candidate))),
        contents: fc.oneof(strange, fc.array(content)),
        tools: fc.oneof(strange, fc.array(fields('functionDeclarations', 'function_declarations', 'googleSearch'))),
        toolConfig: fc.record({ functionCallingConfig: fields('mode', 'allowedFunctionNames') }),
        generationConfig: fields('responseSchema', 'thinkingConfig', 'stopSequences', 'response_mime_type'),
        systemInstruction: content,
        labels: strange,
        promptFeedback: fields('blockReason'),
        usageMetadata: fields('promptTokenCount', 'promptTokensDetails', 'serviceTier', 'trafficType'),
        error: fc.oneof(strange, fields('message', 'code', 'status', 'details')),
        createTime: strange,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(strange, body), { minLength: 1, maxLength: 4 }), (values) => {
        const decoder = wire.decodeStream(quirks)
        const tap = wire.tap(quirks, false)
        for (const value of values) {
          const given = sent(value as Json) // `jsonValue` and the records above make JSON, nothing else
          if (isObject(given)) wire.decodeRequest(given)
          wire.decodeReply(given, quirks)
          wire.decodeError(500, new Headers(), given)
          wire.tap(quirks, false).body(given)
          decoder.push({ event: '', data: JSON.stringify(given) })
          tap.event({ event: '', data: JSON.stringify(given) })
        }
        decoder.push({ event: '', data: '{"cut' })
        expect(decoder.end()).toEqual([])
        expect(tap.result().complete && tap.result().error).toBeFalsy()
      }),
      { numRuns: 500 },
    )
  })
})
