import { describe, expect, it } from 'vitest'
import type { Part } from '../../ground/chat-reply.ts'
import { gatherParts } from '../../ground/gather.ts'
import type { JsonObject } from '../../ground/json.ts'
import { decodeStream } from './decode-stream.ts'

const start: JsonObject = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', content: [], usage: { input_tokens: 10, output_tokens: 1 } },
}
const text: JsonObject = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }
const stop = (index = 0): JsonObject => ({ type: 'content_block_stop', index })
const delta = (delta: JsonObject, index = 0): JsonObject => ({ type: 'content_block_delta', index, delta })
const finish: JsonObject = {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 5 },
}
const over: JsonObject = { type: 'message_stop' }

function decode(...events: (JsonObject | string)[]): Part[] {
  const decoder = decodeStream()
  const parts = events.flatMap((event) =>
    decoder.push(
      typeof event === 'string'
        ? { event: 'data', data: event }
        : { event: String(event.type), data: JSON.stringify(event) },
    ),
  )
  return [...parts, ...decoder.end()]
}

const last = (parts: readonly Part[]) => parts.at(-1)

describe('decodeStream', () => {
  it('passes over pings, unknown events and [DONE]', () => {
    const ping = { type: 'ping' }
    const parts = decode(
      ping,
      start,
      ping,
      text,
      ping,
      delta({ type: 'text_delta', text: 'Hi' }),
      stop(),
      { type: 'new' },
      ping,
      finish,
      over,
      '[DONE]',
    )
    expect(parts).toEqual([
      { type: 'reply-start', id: 'msg_1', model: 'm', usage: { input: 10, output: 1 } },
      { type: 'text-delta', choice: 0, text: 'Hi' },
      { type: 'choice-finish', choice: 0, finish: 'stop', rawFinish: 'end_turn' },
      { type: 'usage', usage: { input: 10, output: 5 } },
      { type: 'reply-end' },
    ])
  })

  it('takes the last count seen of each kind', () => {
    const parts = decode(start, {
      ...finish,
      usage: {
        input_tokens: 900,
        output_tokens: 50,
        cache_read_input_tokens: null,
        output_tokens_details: { thinking_tokens: 20 },
        server_tool_use: { web_search_requests: 2 },
      },
    })
    expect(parts).toContainEqual({ type: 'usage', usage: { input: 900, output: 30, reasoning: 20, search: 2 } })
  })

  it('adds what a compaction used beside the message', () => {
    const iterations = [
      { type: 'compaction', input_tokens: 1000, output_tokens: 100 },
      { type: 'message', input_tokens: 60, output_tokens: 5 },
    ]
    const parts = decode(start, { ...finish, usage: { input_tokens: 60, output_tokens: 5, iterations } })
    expect(parts).toContainEqual({ type: 'usage', usage: { input: 1060, output: 105 } })
  })

  it('keeps the split of cache writes by lifetime when the total grows', () => {
    const split = {
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 30 },
      cache_creation_input_tokens: 30,
    }
    const begun = { type: 'message_start', message: { id: 'msg_1', model: 'm', usage: split } }
    const parts = decode(begun, { ...finish, usage: { cache_creation_input_tokens: 40, output_tokens: 5 } })
    expect(parts).toContainEqual({ type: 'usage', usage: { cacheWrite1h: 40, output: 5 } })
  })

  it('gives a call without arguments an empty object', () => {
    const call = {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 't', name: 'now', input: {} },
    }
    const parts = decode(start, call, delta({ type: 'input_json_delta', partial_json: '' }), stop(), finish, over)
    expect(gatherParts(parts).choices[0]?.content).toEqual([
      { type: 'tool-call', id: 't', name: 'now', arguments: '{}' },
    ])
  })

  it('keeps arguments that the token limit cut', () => {
    const call = {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 't', name: 'now', input: {} },
    }
    const cut = { ...finish, delta: { stop_reason: 'max_tokens' } }
    const parts = decode(start, call, delta({ type: 'input_json_delta', partial_json: '{"a": "b' }), stop(), cut, over)
    expect(gatherParts(parts).choices[0]).toMatchObject({ finish: 'length', content: [{ arguments: '{"a": "b' }] })
  })

  it('keeps empty thinking with its signature, redacted thinking and server tools', () => {
    const block = (index: number, content_block: JsonObject) => ({ type: 'content_block_start', index, content_block })
    const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }
    const parts = decode(
      start,
      block(0, { type: 'thinking', thinking: '', signature: '' }),
      delta({ type: 'signature_delta', signature: 'sig' }),
      stop(),
      block(1, { type: 'redacted_thinking', data: 'dark' }),
      stop(1),
      block(2, search),
      delta({ type: 'input_json_delta', partial_json: '{"query":' }, 2),
      delta({ type: 'input_json_delta', partial_json: '"q"}' }, 2),
      stop(2),
      finish,
      over,
    )
    expect(gatherParts(parts).choices[0]?.content).toEqual([
      { type: 'reasoning', text: '', signature: 'sig' },
      { type: 'reasoning', text: '', redacted: 'dark' },
      { type: 'opaque', wire: 'anthropic-messages', value: { ...search, input: { query: 'q' } } },
    ])
  })

  it('puts blocks whose events are mixed into order', () => {
    const parts = decode(
      start,
      text,
      { ...text, index: 1 },
      delta({ type: 'text_delta', text: 'b' }, 1),
      delta({ type: 'text_delta', text: 'a' }, 0),
      stop(1),
      delta({ type: 'text_delta', text: 'a' }, 0),
      stop(0),
      finish,
      over,
    )
    expect(gatherParts(parts).choices[0]?.content).toEqual([
      { type: 'text', text: 'aa' },
      { type: 'text', text: 'b' },
    ])
  })

  it('reads the words of a refusal and the details around it', () => {
    const details = { type: 'refusal', category: 'bio', explanation: 'No.' }
    const parts = decode(start, { ...finish, delta: { stop_reason: 'refusal', stop_details: details } }, over)
    expect(parts).toContainEqual({ type: 'refusal-delta', choice: 0, text: 'No.' })
    expect(parts).toContainEqual({
      type: 'choice-finish',
      choice: 0,
      finish: 'refusal',
      rawFinish: 'refusal',
      extras: { wire: 'anthropic-messages', fields: { stop_details: details } },
    })
  })

  it('is complete without message_stop once the stop reason came', () => {
    expect(last(decode(start, finish))).toEqual({ type: 'reply-end' })
  })

  it('is an error when the stream breaks off', () => {
    expect(last(decode(start, text, delta({ type: 'text_delta', text: 'Hi' })))).toMatchObject({
      type: 'reply-error',
      error: { kind: 'upstream-error', origin: 'upstream', retryable: true },
    })
    expect(decode()).toHaveLength(1)
  })

  it('ends at an error event, also when it is the first', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    expect(decode(error, finish, over)).toMatchObject([{ type: 'reply-error', error: { kind: 'overloaded' } }])
    expect(last(decode(start, text, error))).toMatchObject({ type: 'reply-error' })
    const bare = JSON.stringify({ error: { code: 429, message: 'Slow down' } })
    expect(decode(bare)).toMatchObject([{ type: 'reply-error', error: { kind: 'rate-limited', message: 'Slow down' } }])
  })

  it('bears a repeated start, reads nothing after the end, and refuses a second message inside the first', () => {
    expect(decode(start, start, finish, over, start, text)).toHaveLength(4)
    const second = { type: 'message_start', message: { id: 'msg_2', model: 'm' } }
    expect(last(decode(start, text, second, finish, over))).toMatchObject({ type: 'reply-error' })
  })

  it('is an error when an event of the wire is not JSON', () => {
    const decoder = decodeStream()
    expect(decoder.push({ event: 'message_start', data: '{"type":' })).toMatchObject([{ type: 'reply-error' }])
  })
})
