/** Differences that apps and providers of Google's format meet; each also against its recording where the corpus is. */

import { describe, expect, it } from 'vitest'
import { geminiGenerate } from '../../src/wires/gemini-generate/index.ts'
import { openaiChat } from '../../src/wires/openai-chat/index.ts'
import { STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import { callsOf, hearStream, hearWhole, recorded, textOf } from './read.ts'

const chunk = (parts: object[], more: object = {}, rest: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
  modelVersion: 'gemini-x',
  responseId: 'r1',
  ...rest,
})
const sse = (...chunks: object[]) => chunks.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join('')
const END = { finishReason: 'STOP' }
const whole = (parts: object[], more: object = END, rest: object = {}) =>
  JSON.parse(JSON.stringify(chunk(parts, more, rest)))

describe('framing', () => {
  it('difference 1: events end with CRLF CRLF', () => {
    const heard = hearStream(geminiGenerate, sse(chunk([{ text: 'Hel' }]), chunk([{ text: 'lo' }], END)))
    expect([textOf(heard), heard.tapped.complete]).toEqual(['Hello', true])
    const real = recorded(1, geminiGenerate)
    if (real) expect([real.error, callsOf(real).length > 0]).toEqual([undefined, true])
  })

  it('difference 2: a stream is one JSON array, and is written as one', () => {
    const text = JSON.stringify([chunk([{ text: 'Hel' }]), chunk([{ text: 'lo' }], END)], null, 2)
    const heard = hearStream(geminiGenerate, text, STANDARD_QUIRKS, 'json-array')
    expect(textOf(heard)).toBe('Hello')
    const encoder = geminiGenerate.encodeStream({
      includeUsage: true,
      model: 'm',
      id: 'x',
      createdSeconds: 0,
      framing: 'json-array',
    })
    const written: unknown = JSON.parse(encoder.push(heard.parts) + encoder.end())
    expect(Array.isArray(written) && written.length).toBe(3)
    const real = recorded(2, geminiGenerate)
    if (real) expect(callsOf(real).length).toBeGreaterThan(0)
  })
})

describe('usage and endings', () => {
  it('difference 16: candidates exclude thoughts, and totals so far are not summed', () => {
    const usage = (candidates: number) => ({
      usageMetadata: {
        promptTokenCount: 100,
        candidatesTokenCount: candidates,
        thoughtsTokenCount: 30,
        toolUsePromptTokenCount: 7,
        cachedContentTokenCount: 40,
      },
    })
    const heard = hearStream(
      geminiGenerate,
      sse(chunk([{ text: 'Hel' }], {}, usage(1)), chunk([{ text: 'lo' }], END, usage(5))),
    )
    expect(heard.tapped.usage).toEqual({ input: 67, cacheRead: 40, output: 5, reasoning: 30 })
    expect(heard.reply.usage).toEqual(heard.tapped.usage)
    const real = recorded(16, geminiGenerate)
    if (real) expect(real.tapped.usage).toEqual(real.reply.usage)
  })

  it('difference 23: tool calls end with STOP and are told as tool calls', () => {
    const heard = hearWhole(geminiGenerate, whole([{ functionCall: { name: 'f', args: {} } }]))
    expect(heard.reply.choices[0]?.finish).toBe('tool-calls')
    const { value } = openaiChat.encodeReply(heard.reply, { id: 'x', model: 'm', createdSeconds: 0 })
    expect(JSON.stringify(value)).toContain('"finish_reason":"tool_calls"')
  })

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['SOMETHING_NEW', 'unknown'],
  ])('difference 22: %s is understood as %s', (word, finish) => {
    expect(hearWhole(geminiGenerate, whole([{ text: 'Hi' }], { finishReason: word })).reply.choices[0]?.finish).toBe(
      finish,
    )
  })

  it('difference 37: an answer that ends with a malformed call is an error, whole and streamed', () => {
    const broken = chunk([{ text: 'Hi' }], { finishReason: 'MALFORMED_FUNCTION_CALL' })
    expect(hearWhole(geminiGenerate, JSON.parse(JSON.stringify(broken))).error?.message).toContain('MALFORMED')
    const heard = hearStream(geminiGenerate, sse(chunk([{ text: 'Hi' }]), broken))
    expect([heard.error?.kind, heard.tapped.complete]).toEqual(['upstream-error', false])
  })

  it('ends a prompt that was blocked as filtered, not as nothing', () => {
    const blocked = { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4 } }
    const heard = hearWhole(geminiGenerate, blocked)
    expect([heard.reply.choices[0]?.finish, heard.tapped.usage, heard.tapped.complete]).toEqual([
      'content-filter',
      { input: 4 },
      true,
    ])
    expect(hearStream(geminiGenerate, sse(blocked)).reply.choices[0]?.finish).toBe('content-filter')
  })
})

describe('tools', () => {
  it('difference 26: calls without ids get ids by their order, which Google is not shown', () => {
    const same = { functionCall: { name: 'f', args: { x: 1 } } }
    const heard = hearWhole(geminiGenerate, whole([same, same]))
    const ids = callsOf(heard).map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    const results = ids.map((id) => ({
      type: 'tool-result' as const,
      id,
      content: [{ type: 'text' as const, text: id }],
    }))
    const messages = [
      { role: 'user' as const, content: [{ type: 'text' as const, text: 'q' }] },
      { role: 'assistant' as const, content: heard.reply.choices[0]?.content ?? [] },
      ...results.reverse().map((result) => ({ role: 'tool' as const, content: [result] })),
    ]
    const { value } = geminiGenerate.encodeRequest({ model: 'm', stream: false, messages }, STANDARD_QUIRKS)
    expect(JSON.stringify(value)).not.toContain('"id"')
  })

  it('difference 28: arguments are objects here and text elsewhere', () => {
    const heard = hearWhole(geminiGenerate, whole([{ functionCall: { id: 'a', name: 'f', args: { x: [1, 'é'] } } }]))
    expect(callsOf(heard)).toEqual([{ id: 'a', name: 'f', arguments: '{"x":[1,"é"]}' }])
  })

  it('difference 29: arguments in pieces addressed by path become one call', () => {
    const piece = (call: object) => chunk([{ functionCall: call }])
    const heard = hearStream(
      geminiGenerate,
      sse(
        piece({ name: 'f', id: 'a', willContinue: true }),
        piece({ partialArgs: [{ jsonPath: '$.city', stringValue: 'Par', willContinue: true }], willContinue: true }),
        piece({
          partialArgs: [
            { jsonPath: '$.city', stringValue: 'is' },
            { jsonPath: '$.days[1].n', numberValue: 2 },
          ],
          willContinue: true,
        }),
        piece({}),
        chunk([], END),
      ),
    )
    expect(callsOf(heard)).toEqual([{ id: 'a', name: 'f', arguments: '{"city":"Paris","days":[null,{"n":2}]}' }])
    const real = recorded(29, geminiGenerate)
    if (real)
      for (const each of callsOf(real))
        expect(Object.keys(JSON.parse(each.arguments) as object).length).toBeGreaterThan(0)
  })
})

describe('thinking', () => {
  it('difference 32: parts marked as thought are thinking', () => {
    const heard = hearWhole(geminiGenerate, whole([{ text: 'Hm.', thought: true }, { text: 'Hi' }]))
    expect(heard.reply.choices[0]?.content).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Hi' },
    ])
  })

  it.each([
    ['on a call', [{ functionCall: { id: 'a', name: 'f', args: {} }, thoughtSignature: 'c2ln' }]],
    [
      'on a call after thinking',
      [
        { text: 'Hm.', thought: true },
        { functionCall: { id: 'a', name: 'f', args: {} }, thoughtSignature: 'c2ln' },
      ],
    ],
    ['on an empty text', [{ text: 'Hi' }, { text: '', thoughtSignature: 'c2ln' }]],
  ])('difference 33: a signature %s comes back where it stood', (_, parts) => {
    const content = hearWhole(geminiGenerate, whole(parts)).reply.choices[0]?.content ?? []
    const messages = [
      { role: 'user' as const, content: [{ type: 'text' as const, text: 'q' }] },
      { role: 'assistant' as const, content },
    ]
    const { value } = geminiGenerate.encodeRequest({ model: 'm', stream: false, messages }, STANDARD_QUIRKS)
    expect(JSON.parse(JSON.stringify(value)).contents[1].parts).toEqual(parts)
  })
})

describe('errors and citations', () => {
  it('difference 35: the sentence is kept, and how long to wait', () => {
    const body = {
      error: {
        code: 429,
        message: 'Quota exceeded.',
        status: 'RESOURCE_EXHAUSTED',
        details: [{ '@type': 'x/google.rpc.RetryInfo', retryDelay: '48s' }],
      },
    }
    expect(geminiGenerate.decodeError(429, new Headers(), body)).toMatchObject({
      kind: 'rate-limited',
      message: 'Quota exceeded.',
      retryAfterMs: 48_000,
    })
    expect(geminiGenerate.decodeError(429, new Headers(), [body])).toMatchObject({ message: 'Quota exceeded.' })
  })

  it('difference 36: a bad key is an invalid argument here', () => {
    const body = {
      error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' },
    }
    expect(geminiGenerate.decodeError(400, new Headers(), body).kind).toBe('upstream-credential')
  })

  it('difference 43: sources keep their addresses both ways', () => {
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://example.com/a', title: 'A' } }],
      groundingSupports: [{ segment: { endIndex: 2, text: 'Hi' }, groundingChunkIndices: [0] }],
    }
    const heard = hearWhole(geminiGenerate, whole([{ text: 'Hi' }], { ...END, groundingMetadata }))
    expect(heard.reply.choices[0]?.content).toMatchObject([
      { citations: [{ url: 'https://example.com/a', title: 'A', quote: 'Hi' }] },
    ])
    const { extras: _, ...foreign } = heard.reply
    const { value } = geminiGenerate.encodeReply(foreign, { id: 'x', model: 'm', createdSeconds: 0 })
    expect(JSON.stringify(value)).toContain('"uri":"https://example.com/a"')
  })
})
