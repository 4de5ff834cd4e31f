import { describe, expect, it } from 'vitest'
import type { ChatReply, Part } from '../../ground/chat-reply.ts'
import { ERROR_STATUS, type ErrorKind, gatewayError } from '../../ground/error.ts'
import { isObject } from '../../ground/json.ts'
import { SseParser } from '../../ground/sse.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { bedrockConverse as wire } from './index.ts'

const defaults = { id: 'x', model: 'x', createdSeconds: 0 }

function encoded(choice: Partial<ChatReply['choices'][number]>, rest: Partial<ChatReply> = {}) {
  const reply: ChatReply = { id: 'r', model: 'm', choices: [{ content: [], finish: 'stop', ...choice }], ...rest }
  const { value, warnings } = wire.encodeReply(reply, defaults)
  return { value, told: warnings.map(({ feature, effect }) => `${feature}:${effect}`) }
}

function streamed(parts: readonly Part[]) {
  const encoder = wire.encodeStream({ includeUsage: true, ...defaults })
  const events = new SseParser().push(encoder.push(parts) + encoder.end())
  return {
    names: events.map(({ event }) => event),
    data: events.map(({ data }) => JSON.parse(data)),
    told: encoder.warnings.map(({ feature, effect }) => `${feature}:${effect}`),
  }
}

describe('decodeReply and tap', () => {
  function tapped(body: Parameters<ReturnType<typeof wire.tap>['body']>[0]) {
    const tap = wire.tap(STANDARD_QUIRKS, false)
    tap.body(body)
    return tap.result()
  }
  const message = { output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } }, stopReason: 'end_turn' }

  it('takes anything else for an error', () => {
    for (const body of [null, 'x', [], {}, { output: {} }]) {
      expect(wire.decodeReply(body, STANDARD_QUIRKS)).toMatchObject({ ok: false, error: { kind: 'upstream-error' } })
      expect(tapped(body)).toMatchObject({ complete: false, error: { origin: 'upstream' } })
    }
    const busy = { __type: 'com.amazon.coral#ThrottlingException', message: 'Slow down.' }
    expect(wire.decodeReply(busy, STANDARD_QUIRKS)).toMatchObject({ ok: false, error: { kind: 'rate-limited' } })
  })

  it('keeps unknown apart from zero', () => {
    expect(tapped(message).usage).toBeUndefined()
    expect(tapped({ ...message, usage: {} }).usage).toBeUndefined()
    expect(tapped({ ...message, usage: { inputTokens: 0, outputTokens: 0 } }).usage).toEqual({ input: 0 })
  })

  it('difference 13: reads a cache count under either of its names, once', () => {
    const counts = { inputTokens: 1, outputTokens: 2 }
    const read = (usage: Record<string, number>) => tapped({ ...message, usage: { ...counts, ...usage } }).usage
    const expected = { input: 1, output: 2, cacheRead: 5, cacheWrite5m: 7 }
    expect(read({ cacheReadInputTokenCount: 5, cacheWriteInputTokenCount: 7 })).toEqual(expected)
    expect(read({ cacheReadInputTokens: 5, cacheWriteInputTokens: 7 })).toEqual(expected)
    const both = { cacheReadInputTokens: 5, cacheReadInputTokenCount: 5, cacheWriteInputTokens: 7 }
    expect(read({ ...both, cacheWriteInputTokenCount: 7 })).toEqual(expected)
  })

  it('reads cache writes by their lifetime', () => {
    const usage = {
      inputTokens: 1,
      outputTokens: 2,
      cacheWriteInputTokens: 30,
      cacheDetails: [
        { ttl: '1h', inputTokens: 20 },
        { ttl: '5m', inputTokens: 10 },
      ],
    }
    expect(tapped({ ...message, usage }).usage).toEqual({ input: 1, output: 2, cacheWrite5m: 10, cacheWrite1h: 20 })
  })

  it('reads the price class and the model that a router chose', () => {
    const trace = { promptRouter: { invokedModelId: 'arn:x' } }
    expect(tapped({ ...message, trace, serviceTier: { type: 'priority' } })).toEqual({
      model: 'arn:x',
      finish: 'stop',
      serviceClass: 'priority',
      complete: true,
    })
  })
})

describe('encodeReply', () => {
  it('writes what other wires say in the words of this one', () => {
    const { value, told } = encoded({
      content: [
        { type: 'reasoning', text: 'Hm' },
        { type: 'text', text: 'A', citations: [{ url: 'https://example.com/', title: 'T', start: 0, end: 1 }] },
        { type: 'tool-call', id: '', name: 'f', arguments: '{"a":' },
      ],
    })
    expect(value).toEqual({
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm' } } },
            {
              citationsContent: {
                content: [{ text: 'A' }],
                citations: [{ title: 'T', location: { web: { url: 'https://example.com/' } } }],
              },
            },
            { toolUse: { toolUseId: 'toolu_r_0', name: 'f', input: { unparsed_arguments: '{"a":' } } },
          ],
        },
      },
      stopReason: 'tool_use',
    })
    expect(told).toEqual(['citations:changed', 'tool_calls.arguments:changed'])
  })

  it('tells what has no place', () => {
    const opaque = { type: 'opaque', wire: 'openai-chat', value: {} } as const
    const extras = { wire: 'openai-chat', fields: { system_fingerprint: 'f', citations: [] } }
    expect(encoded({ content: [opaque], finish: 'pause', logprobs: {} }, { extras })).toMatchObject({
      value: { stopReason: 'end_turn' },
      told: ['logprobs:dropped', 'content:dropped', 'citations:dropped', 'finish_reason:changed'],
    })
  })

  it('shows a refusal as content_filtered', () => {
    expect(encoded({ content: [{ type: 'refusal', text: 'No.' }] })).toMatchObject({
      value: { stopReason: 'content_filtered', output: { message: { content: [{ text: 'No.' }] } } },
      told: ['finish_reason:changed'],
    })
  })

  it('counts every token once in the total', () => {
    const usage = { input: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, output: 5, reasoning: 6 }
    expect(encoded({}, { usage }).value.usage).toEqual({
      inputTokens: 1,
      outputTokens: 11,
      totalTokens: 21,
      cacheReadInputTokens: 2,
      cacheWriteInputTokens: 7,
      cacheDetails: [
        { inputTokens: 4, ttl: '1h' },
        { inputTokens: 3, ttl: '5m' },
      ],
    })
  })
})

describe('encodeStream', () => {
  const finish: Part = { type: 'choice-finish', choice: 0, finish: 'stop' }

  it('difference 8: writes text without a start, tools with one, and usage last', () => {
    const { names, data } = streamed([
      { type: 'reply-start', id: 'r', model: 'm' },
      { type: 'text-delta', choice: 0, text: 'Hi' },
      { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'f' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: '{}' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      finish,
      { type: 'usage', usage: { input: 1, output: 2 } },
      { type: 'reply-end' },
    ])
    expect(names).toEqual([
      'messageStart',
      'contentBlockDelta',
      'contentBlockStop',
      'contentBlockStart',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ])
    expect(data[6]).toEqual({ stopReason: 'tool_use' })
    expect(data[7].usage).toMatchObject({ inputTokens: 1, outputTokens: 2, totalTokens: 3 })
  })

  it('wraps arguments that are no object, and writes {} for none', () => {
    const { data, told } = streamed([
      { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'f' },
      { type: 'tool-call-start', choice: 0, index: 1, id: 'b', name: 'f' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: '[1' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: ']' },
      finish,
      { type: 'reply-end' },
    ])
    const inputs = data.flatMap(({ delta }) => (isObject(delta?.toolUse) ? [delta.toolUse.input] : []))
    expect(inputs).toEqual(['{"unparsed_arguments":"[1]"}', '{}'])
    expect(told).toEqual(['tool_calls.arguments:changed'])
  })

  it('ends with the exception, whatever comes after', () => {
    const error = gatewayError('rate-limited', 'Slow down.')
    const { names, data } = streamed([
      { type: 'text-delta', choice: 0, text: 'Hi' },
      { type: 'reply-error', error },
      finish,
      { type: 'reply-end' },
    ])
    expect(names).toEqual(['messageStart', 'contentBlockDelta', 'exception:throttlingException'])
    expect(data.at(-1)).toEqual({ message: 'Slow down.' })
  })

  it('makes no clean end up', () => {
    expect(streamed([{ type: 'text-delta', choice: 0, text: 'Hi' }]).names.at(-1)).toBe(
      'exception:internalServerException',
    )
    expect(streamed([{ ...finish, finish: 'error' }]).names).toEqual(['exception:internalServerException'])
  })
})

describe('errors', () => {
  const decoded = (status: number, type: string, message = 'x', headers: Record<string, string> = {}) =>
    wire.decodeError(status, new Headers({ 'x-amzn-errortype': type, ...headers }), { message })

  it('reads the kind from the header', () => {
    expect(decoded(429, 'ThrottlingException', 'Too many tokens', { 'retry-after': '2' })).toMatchObject({
      kind: 'rate-limited',
      retryable: true,
      retryAfterMs: 2000,
    })
    expect(decoded(429, 'ModelNotReadyException')).toMatchObject({ kind: 'unavailable', retryable: true })
    expect(decoded(424, 'ModelErrorException')).toMatchObject({ kind: 'upstream-error', retryable: true })
    expect(decoded(408, 'ModelTimeoutException')).toMatchObject({ kind: 'timeout', status: 504 })
    expect(decoded(404, 'ResourceNotFoundException')).toMatchObject({ kind: 'not-found' })
    expect(decoded(400, 'ServiceQuotaExceededException')).toMatchObject({ kind: 'insufficient-quota' })
    expect(decoded(403, 'AccessDeniedException:http://internal/')).toMatchObject({
      kind: 'upstream-credential',
      upstreamType: 'AccessDeniedException',
      upstreamStatus: 403,
    })
  })

  it('goes by the status where the header is new or missing', () => {
    expect(decoded(503, 'NewException').kind).toBe('unavailable')
    expect(wire.decodeError(424, new Headers(), null).kind).toBe('upstream-error')
    expect(wire.decodeError(500, new Headers(), 'plain text')).toMatchObject({ message: 'plain text' })
    expect(wire.decodeError(500, new Headers(), {}).message).toMatch(/status 500/)
  })

  it('writes every kind so that it is read as the same class of failure', () => {
    for (const kind of Object.keys(ERROR_STATUS) as ErrorKind[]) {
      const { status, headers, body } = wire.encodeError(
        gatewayError(kind, 'What happened.', { retryAfterMs: 1500 }),
        'req_1',
      )
      expect([status, body]).toEqual([ERROR_STATUS[kind], { message: 'What happened.' }])
      expect(headers).toMatchObject({ 'x-amzn-requestid': 'req_1', 'retry-after': '2' })
      const [event] = new SseParser().push(wire.encodeStreamError(gatewayError(kind, 'What happened.'), 'req_1'))
      expect(event?.event).toMatch(/^exception:(validation|throttling|serviceUnavailable|internalServer)Exception$/)
      expect(event?.data).toBe('{"message":"What happened."}')
    }
  })
})
