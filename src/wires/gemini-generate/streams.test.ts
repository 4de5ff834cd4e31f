/** What the gemini-generate wire makes of streams, beyond what its laws say. */

import { describe, expect, it } from 'vitest'
import type { Part } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { Gatherer } from '../../ground/gather.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { DEFAULTS, features, partsOf, streamOf, tapOf } from '../ollama-chat/streams.fixture.ts'
import { geminiGenerate as wire } from './index.ts'

const chunk = (parts: Json[], candidate: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...candidate }],
  modelVersion: 'gemini-x',
  responseId: 'r1',
  ...more,
})
const sse = (...chunks: Json[]) => chunks.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join('')
const END = { finishReason: 'STOP' }

function heard(...chunks: Json[]) {
  const parts = partsOf(wire, sse(...chunks))
  const gatherer = new Gatherer()
  gatherer.push(parts)
  return { parts, reply: gatherer.reply(), error: gatherer.error, complete: gatherer.complete }
}
const callOf = (functionCall: JsonObject) => chunk([{ functionCall }])

describe('an answer that goes on after an end', () => {
  // gemini/gemini-generate/stream-server-tool/rig--stream_terminal_matrix-two_terminal_stream_with_visible_thoughts--0
  const chunks = [
    chunk([{ executableCode: { code: '6*7' } }], END, { usageMetadata: { promptTokenCount: 9 } }),
    chunk([{ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '42' } }]),
    chunk([{ text: 'It is ' }]),
    chunk([{ text: '42.' }], END, { usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 5 } }),
  ]

  it('ends once, with its last words', () => {
    const { parts, reply, complete } = heard(...chunks)
    expect(parts.map(({ type }) => type)).toEqual([
      'reply-start',
      'opaque-block',
      'opaque-block',
      'text-delta',
      'text-delta',
      'choice-finish',
      'usage',
      'reply-end',
    ])
    expect(complete).toBe(true)
    expect(reply.choices[0]?.content.at(-1)).toEqual({ type: 'text', text: 'It is 42.' })
    expect(tapOf(wire, sse(...chunks))).toMatchObject({ complete: true, usage: { input: 9, output: 5 } })
  })

  it.each([2, 3])('is not whole when it was cut after %i chunks', (count) => {
    const cut = chunks.slice(0, count)
    expect(heard(...cut)).toMatchObject({ complete: false, error: { kind: 'upstream-error' } })
    expect(tapOf(wire, sse(...cut)).complete).toBe(false)
  })

  it('is whole when only a signature, sources or counts come late', () => {
    const late = [
      chunk([{ text: 'Hi' }], END),
      chunk([{ text: '', thoughtSignature: 's' }]),
      { candidates: [{ groundingMetadata: { groundingChunks: [{ web: { uri: 'https://example.com/' } }] } }] },
      { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1 } },
    ]
    const { reply, complete } = heard(...late)
    expect(complete).toBe(true)
    expect(reply).toMatchObject({
      usage: { input: 3, output: 1 },
      choices: [
        {
          finish: 'stop',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'reasoning', signature: 's' },
            { type: 'text', text: '', citations: [{ url: 'https://example.com/' }] },
          ],
        },
      ],
    })
    expect(tapOf(wire, sse(...late))).toMatchObject({ complete: true, usage: { input: 3, output: 1 } })
  })
})

describe('what chunks say beside the answer', () => {
  it('is kept, wherever in the stream it comes', () => {
    const { reply } = heard(
      chunk([{ text: 'a' }], { safetyRatings: [1] }, { createTime: '2026-01-02T03:04:05.678901Z', first: 1 }),
      chunk([{ text: 'b' }], { urlContextMetadata: { urlMetadata: [] } }, { middle: 2 }),
      chunk([{ text: 'c' }], END, { last: 3 }),
    )
    expect(reply).toMatchObject({ createdSeconds: 1_767_323_045 })
    expect(reply.extras?.fields).toEqual({
      first: 1,
      middle: 2,
      last: 3,
      'candidate.safetyRatings': [1],
      'candidate.urlContextMetadata': { urlMetadata: [] },
    })
  })

  it('ends a prompt that was blocked, at the first or a later chunk', () => {
    const blocked = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }
    for (const chunks of [[blocked], [{ usageMetadata: { promptTokenCount: 2 }, responseId: 'r' }, blocked]]) {
      const { reply, complete } = heard(...chunks)
      expect(complete).toBe(true)
      expect(reply.choices).toEqual([{ content: [], finish: 'content-filter', rawFinish: 'PROHIBITED_CONTENT' }])
      expect(reply.extras?.fields).toEqual(blocked)
      expect(tapOf(wire, sse(...chunks))).toMatchObject({ complete: true, finish: 'content-filter' })
    }
  })

  it('keeps candidates apart, and is whole when all of them are', () => {
    const both = (first: JsonObject, second: JsonObject): JsonObject => ({
      candidates: [
        { index: 1, content: { parts: [{ text: 'b' }] }, ...second },
        { content: { parts: [{ text: 'a' }] }, index: 0, ...first },
      ],
      responseId: 'r',
      modelVersion: 'm',
    })
    expect(heard(both(END, {}))).toMatchObject({ complete: false })
    expect(tapOf(wire, sse(both(END, {}))).complete).toBe(false)
    const { reply, complete } = heard(both({}, {}), both(END, { finishReason: 'MAX_TOKENS' }))
    expect(complete).toBe(true)
    expect(reply.choices).toEqual([
      { content: [{ type: 'text', text: 'aa' }], finish: 'stop', rawFinish: 'STOP' },
      { content: [{ type: 'text', text: 'bb' }], finish: 'length', rawFinish: 'MAX_TOKENS' },
    ])
  })
})

describe('calls in pieces', () => {
  const calls = (...chunks: Json[]) => {
    const { reply, error } = heard(...chunks)
    if (error) throw new Error(error.message)
    return reply.choices[0]?.content.map((block) =>
      block.type === 'tool-call' ? `${block.name} ${block.arguments}` : block.type,
    )
  }

  it('join texts at one place and set the rest', () => {
    expect(
      calls(
        callOf({ name: 'f', id: 'c', willContinue: true }),
        callOf({ partialArgs: [{ jsonPath: '$.city', stringValue: 'Be', willContinue: true }], willContinue: true }),
        callOf({ partialArgs: [{ jsonPath: '$.city', stringValue: 'rn' }], willContinue: true }),
        callOf({
          partialArgs: [
            { jsonPath: '$.days[1].n', numberValue: 2 },
            { jsonPath: '$.dry', boolValue: false },
            { jsonPath: "$['a b']", nullValue: null },
            { jsonPath: '$.none' },
            'x',
          ],
          willContinue: true,
        }),
        callOf({}),
        chunk([], END),
      ),
    ).toEqual(['f {"city":"Bern","days":[null,{"n":2}],"dry":false,"a b":null}'])
  })

  it('go on from arguments that came whole', () => {
    expect(
      calls(
        callOf({ name: 'f', args: { a: 1 }, willContinue: true }),
        callOf({ partialArgs: [{ jsonPath: '$.b', numberValue: 2 }] }),
        callOf({ name: 'g', args: { c: 3 }, willContinue: false }),
        chunk([], END),
      ),
    ).toEqual(['f {"a":1,"b":2}', 'g {"c":3}'])
  })

  it.each<[string, Json[]]>([
    ['an end of the answer', [chunk([], END)]],
    ['a text', [chunk([{ text: 'So' }]), chunk([], END)]],
    ['another call', [callOf({ name: 'g', args: {} }), chunk([], END)]],
  ])('end with %s', (_, after) => {
    expect(calls(callOf({ name: 'f', willContinue: true }), ...after)?.[0]).toBe('f {}')
  })

  it('cannot fill memory, or reach what all objects share', () => {
    const wild = calls(
      callOf({ name: 'f', willContinue: true }),
      callOf({
        partialArgs: [
          { jsonPath: '$.a[999999999]', numberValue: 1 },
          { jsonPath: `$${'.x'.repeat(99)}`, numberValue: 1 },
          { jsonPath: '$.__proto__.shared', numberValue: 1 },
          { jsonPath: '$.constructor.prototype.shared', numberValue: 1 },
        ],
      }),
      chunk([], END),
    )
    expect(wild?.[0]?.length).toBeLessThan(100_000)
    expect('shared' in {}).toBe(false)
  })
})

describe('streams of other wires', () => {
  const elements = (stream: string): Json[] =>
    stream
      .split('\r\n\r\n')
      .slice(0, -1)
      .map((event) => JSON.parse(event.slice('data: '.length)))

  it('are written chunk by chunk, the end with what was used', () => {
    const parts = unfoldReply({
      id: 'msg_1',
      model: 'other',
      createdSeconds: 1_767_323_045,
      choices: [
        {
          content: [
            { type: 'reasoning', text: 'Hm', signature: 's' },
            { type: 'tool-call', id: 't', name: 'now', arguments: '{}' },
            { type: 'text', text: 'See.', citations: [{ url: 'https://example.com/' }] },
          ],
          finish: 'tool-calls',
          rawFinish: 'tool_use',
        },
      ],
      usage: { input: 3, output: 5 },
    })
    const head = { modelVersion: 'other', responseId: 'msg_1', createTime: '2026-01-02T03:04:05.000Z' }
    const said = (part: JsonObject) => ({
      candidates: [{ content: { role: 'model', parts: [part] }, index: 0 }],
      ...head,
    })
    expect(elements(streamOf(wire, parts))).toEqual([
      said({ text: 'Hm', thought: true }),
      said({ functionCall: { id: 't', name: 'now', args: {} }, thoughtSignature: 's' }),
      said({ text: 'See.' }),
      {
        candidates: [
          {
            content: { role: 'model', parts: [] },
            finishReason: 'STOP',
            index: 0,
            groundingMetadata: {
              groundingChunks: [{ web: { uri: 'https://example.com/' } }],
              groundingSupports: [{ segment: {}, groundingChunkIndices: [0] }],
            },
          },
        ],
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 5, totalTokenCount: 8 },
        ...head,
      },
    ])
  })

  it('say what the API has no word for', () => {
    const encoder = wire.encodeStream({ includeUsage: true, ...DEFAULTS })
    const parts: Part[] = [
      { type: 'reply-start', id: 'r', model: 'm', extras: { wire: 'openai-chat', fields: { annotations: [] } } },
      { type: 'refusal-delta', choice: 0, text: 'No.' },
      { type: 'reasoning-redacted', choice: 0, data: 'dark' },
      { type: 'opaque-block', choice: 0, wire: 'anthropic-messages', value: { type: 'server_tool_use' } },
      { type: 'choice-finish', choice: 0, finish: 'stop-sequence', stopSequence: 'END' },
      { type: 'reply-end' },
    ]
    const texts = elements(encoder.push(parts) + encoder.end())
    expect(JSON.stringify(texts)).toContain('"text":"No."')
    expect(features(encoder.warnings)).toEqual([
      'annotations:dropped',
      'content:dropped',
      'refusal:changed',
      'stop_sequence:dropped',
      'thinking:dropped',
    ])
  })

  it.each(['sse', 'json-array'] as const)('that break off end with the error, as %s', (framing) => {
    const error = gatewayError('overloaded', 'Busy.', { origin: 'upstream', retryAfterMs: 1500 })
    const start: Part = { type: 'reply-start', id: 'r', model: 'm' }
    const half: Part[] = [start, { type: 'text-delta', choice: 0, text: 'Ha' }]
    for (const parts of [
      [...half, { type: 'reply-error' as const, error }],
      [{ type: 'reply-error' as const, error }],
    ]) {
      const encoder = wire.encodeStream({ includeUsage: true, ...DEFAULTS, framing })
      const stream = encoder.push(parts) + encoder.push([{ type: 'reply-end' }]) + encoder.end()
      if (framing === 'json-array') expect(Array.isArray(JSON.parse(stream))).toBe(true)
      expect(stream).not.toContain('finishReason')
      expect(partsOf(wire, stream, [], framing).at(-1)).toMatchObject({
        type: 'reply-error',
        error: { message: 'Busy.', retryAfterMs: 2000 },
      })
      expect(tapOf(wire, stream, framing)).toMatchObject({ complete: false, error: { message: 'Busy.' } })
    }
    const encoder = wire.encodeStream({ includeUsage: true, ...DEFAULTS, framing })
    const cut = encoder.push(half) + encoder.end()
    expect(partsOf(wire, cut, [], framing).at(-1)).toMatchObject({ type: 'reply-error' })
  })

  it('that pass through break off with a last element of their own', () => {
    const error = gatewayError('timeout', 'Too slow.', { origin: 'upstream' })
    const begun = JSON.stringify(chunk([{ text: 'Ha' }]))
    const array = `[${begun}${wire.encodeStreamError(error, 'req', 'json-array')}`
    expect(JSON.parse(array)).toMatchObject([{}, { error: { status: 'DEADLINE_EXCEEDED', message: 'Too slow.' } }])
    expect(partsOf(wire, array, [], 'json-array').at(-1)).toMatchObject({ error: { message: 'Too slow.' } })
    const events = `data: ${begun}\r\n\r\n${wire.encodeStreamError(error, 'req')}`
    expect(partsOf(wire, events).at(-1)).toMatchObject({ error: { message: 'Too slow.' } })
  })
})
