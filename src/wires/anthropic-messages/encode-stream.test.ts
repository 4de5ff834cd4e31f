import { describe, expect, it } from 'vitest'
import type { Part } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { asObject, type JsonObject } from '../../ground/json.ts'
import { SseParser } from '../../ground/sse.ts'
import { encodeStream } from './encode-stream.ts'

const options = { includeUsage: false, model: 'm', id: 'abc', createdSeconds: 0 }

function encode(...parts: Part[]) {
  const encoder = encodeStream(options)
  const text = encoder.push(parts) + encoder.end()
  const parser = new SseParser()
  const events: JsonObject[] = parser.push(text).map(({ event, data }) => {
    const value = asObject(JSON.parse(data)) ?? {}
    expect(value.type).toBe(event)
    return value
  })
  return { text, events, types: events.map(({ type }) => type), warnings: encoder.warnings }
}

const begin: Part = { type: 'reply-start', id: 'chatcmpl-9', model: 'gpt' }
const words = (text: string): Part => ({ type: 'text-delta', choice: 0, text })
const done: Part = { type: 'choice-finish', choice: 0, finish: 'stop' }
const end: Part = { type: 'reply-end' }

describe('encodeStream', () => {
  it('sends the whole sequence, with usage that came after the finish', () => {
    const { events } = encode(
      begin,
      words('Hi'),
      done,
      { type: 'usage', usage: { input: 7, output: 2, reasoning: 3 } },
      end,
    )
    expect(events).toMatchObject([
      { type: 'message_start', message: { id: 'msg_9', model: 'gpt', role: 'assistant', usage: { input_tokens: 0 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { input_tokens: 7, output_tokens: 5, output_tokens_details: { thinking_tokens: 3 } },
      },
      { type: 'message_stop' },
    ])
  })

  it('never writes [DONE]', () => {
    expect(encode(begin, words('Hi'), done, end).text).not.toContain('[DONE]')
  })

  it('writes parallel calls one after the other', () => {
    const call = (index: number): Part => ({
      type: 'tool-call-start',
      choice: 0,
      index,
      id: `call_${index}`,
      name: 'f',
    })
    const piece = (index: number, text: string): Part => ({
      type: 'tool-call-delta',
      choice: 0,
      index,
      arguments: text,
    })
    const close = (index: number): Part => ({ type: 'tool-call-end', choice: 0, index })
    const { events } = encode(
      begin,
      call(0),
      call(1),
      piece(1, '{"b"'),
      piece(0, '{"a"'),
      piece(0, ':1}'),
      close(0),
      piece(1, ':2}'),
      close(1),
      { ...done, finish: 'tool-calls' },
      end,
    )
    const content = events.filter(({ index }) => index !== undefined)
    expect(content.map(({ index }) => index)).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
    const sent = (index: number) =>
      content.flatMap((event) => (event.index === index ? [asObject(event.delta)?.partial_json ?? ''] : [])).join('')
    expect([sent(0), sent(1)]).toEqual(['{"a":1}', '{"b":2}'])
  })

  it('sends text as it comes', () => {
    const encoder = encodeStream(options)
    encoder.push([begin])
    expect(encoder.push([words('a')])).toContain('"text":"a"')
    expect(encoder.push([words('b')])).toMatch(/^event: content_block_delta\ndata: .*"text":"b".*\n\n$/)
  })

  it('makes ids for calls that have none and tells them apart', () => {
    const call = (index: number, id: string): Part => ({ type: 'tool-call-start', choice: 0, index, id, name: 'f' })
    const { events } = encode(begin, call(0, ''), call(1, 'x'), call(2, 'x'), { ...done, finish: 'tool-calls' }, end)
    const ids = events.flatMap(({ content_block: block }) => (block === undefined ? [] : [asObject(block)?.id]))
    expect(ids).toEqual(['toolu_9_0', 'x', 'toolu_9_2'])
  })

  it('wraps arguments that are no object, which the official SDK would throw at', () => {
    const { text, warnings } = encode(
      begin,
      { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'f' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: 'Par' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: 'is' },
      { ...done, finish: 'tool-calls' },
      { type: 'usage', usage: { input: 1 } },
      end,
    )
    expect(text).toContain(JSON.stringify('{"unparsed_arguments":"Paris"}'))
    expect(warnings.map(({ feature }) => feature)).toEqual(['tool_calls.arguments'])
  })

  it('shows a refusal as the stop reason and its words in the details', () => {
    const { events } = encode(begin, { type: 'refusal-delta', choice: 0, text: 'I cannot.' }, done, end)
    expect(events.at(-2)).toMatchObject({
      delta: { stop_reason: 'refusal', stop_details: { type: 'refusal', category: null, explanation: 'I cannot.' } },
    })
  })

  it('ends at an error without message_stop', () => {
    const error = gatewayError('overloaded', 'Busy.')
    const broken = encode(begin, words('Hi'), { type: 'reply-error', error }, done, end)
    expect(broken.types).toEqual(['message_start', 'content_block_start', 'content_block_delta', 'error'])
    expect(encode({ type: 'reply-error', error }).types).toEqual(['error'])
    expect(encode(begin, words('Hi')).types.at(-1)).toBe('error')
    expect(encode(begin, { ...done, finish: 'error' }, end).types).toEqual(['message_start', 'error'])
  })

  it('closes properly when the end mark is missing after the finish', () => {
    expect(encode(begin, words('Hi'), done).types.at(-1)).toBe('message_stop')
  })

  it('warns of second answers, log-probabilities, foreign blocks and missing usage', () => {
    const { warnings } = encode(
      begin,
      { ...words('a'), choice: 1, type: 'text-delta', text: 'b' },
      { type: 'text-delta', choice: 0, text: 'a', logprobs: [{ token: 'a', logprob: 0 }] },
      { type: 'opaque-block', choice: 0, wire: 'openai-chat', value: {} },
      done,
      end,
    )
    expect(warnings.map(({ feature, effect }) => `${feature}:${effect}`)).toEqual([
      'n:dropped',
      'logprobs:dropped',
      'content:dropped',
      'usage:changed',
    ])
  })
})
