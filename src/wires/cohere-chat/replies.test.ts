/** What the cohere-chat wire makes of replies and errors, its own and those of other wires. */

import { describe, expect, it } from 'vitest'
import type { ChatReply } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { gatherParts } from '../../ground/gather.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { DEFAULTS, features, partsOf, streamOf, tapOf } from '../ollama-chat/streams.fixture.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { cohereChat as wire } from './index.ts'

describe('replies', () => {
  const foreign: ChatReply = {
    id: 'msg_1',
    model: 'other',
    choices: [
      {
        content: [
          { type: 'reasoning', text: 'Hm', signature: 's' },
          { type: 'text', text: 'See there.', citations: [{ url: 'https://example.com/', title: 'E', quote: 'q' }] },
          { type: 'tool-call', id: 'toolu_1', name: 'now', arguments: '{}' },
        ],
        finish: 'stop',
        rawFinish: 'STOP',
        logprobs: { content: [{ token: 'See', logprob: -0.5 }] },
      },
    ],
    usage: { input: 3, cacheRead: 4, output: 5, reasoning: 6 },
  }

  it('shows the reply of another wire as this API would', () => {
    const { value, warnings } = wire.encodeReply(foreign, DEFAULTS)
    expect(value).toEqual({
      id: 'msg_1',
      message: {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm' },
          { type: 'text', text: 'See there.' },
        ],
        tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'now', arguments: '{}' } }],
        citations: [
          {
            start: 0,
            end: 10,
            text: 'See there.',
            sources: [
              {
                type: 'document',
                id: 'https://example.com/',
                document: { id: 'https://example.com/', title: 'E', url: 'https://example.com/', snippet: 'q' },
              },
            ],
            type: 'TEXT_CONTENT',
            content_index: 1,
          },
        ],
      },
      finish_reason: 'TOOL_CALL',
      usage: {
        billed_units: { input_tokens: 7, output_tokens: 11 },
        tokens: { input_tokens: 7, output_tokens: 11, reasoning_tokens: 6 },
        cached_tokens: 4,
      },
      logprobs: [{ token_ids: [], text: 'See', logprobs: [-0.5] }],
    })
    expect(features(warnings)).toEqual(['thinking.signature:dropped'])
  })

  it('streams it with the events of the API, in their order', () => {
    const types = [...streamOf(wire, unfoldReply(foreign)).matchAll(/^event: (.*)$/gm)].map(([, type]) => type)
    expect(types).toEqual([
      'message-start',
      'content-start',
      'content-delta',
      'content-end',
      'content-start',
      'content-delta',
      'content-end',
      'content-start',
      'content-delta',
      'citation-start',
      'citation-end',
      'content-end',
      'tool-call-start',
      'tool-call-delta',
      'tool-call-end',
      'message-end',
    ])
  })

  it('keeps events and contents that we do not know', () => {
    const stream = [
      { type: 'message-start', id: 'r', delta: {} },
      { type: 'debug', prompt: 'p' },
      { type: 'content-start', index: 0, delta: { message: { content: { type: 'audio', data: 'A' } } } },
      { type: 'content-delta', index: 0, delta: { message: { content: { data: 'B' } } } },
      { type: 'content-end', index: 0 },
      { type: 'message-end', delta: { finish_reason: 'COMPLETE' } },
    ]
    const parts = partsOf(wire, stream.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
    expect(gatherParts(parts).choices[0]?.content).toEqual([
      { type: 'opaque', wire: 'cohere-chat', value: { type: 'stream_event', event: stream[1] } },
      { type: 'opaque', wire: 'cohere-chat', value: { type: 'audio', data: 'AB' } },
    ])
    expect(gatherParts(partsOf(wire, streamOf(wire, parts)))).toEqual(gatherParts(parts))
  })

  it('reads calls and citations of version 1', () => {
    const events = [
      { event_type: 'stream-start', generation_id: 'g' },
      { event_type: 'text-generation', text: 'Red.' },
      { event_type: 'citation-generation', citations: [{ start: 0, end: 3, text: 'Red', document_ids: ['d'] }] },
      { event_type: 'tool-calls-generation', tool_calls: [{ name: 'look', parameters: { a: 1 } }] },
      {
        event_type: 'stream-end',
        finish_reason: 'COMPLETE',
        response: { text: 'Red.', meta: { billed_units: { input_tokens: 1, output_tokens: 2 } } },
      },
    ]
    const reply = gatherParts(partsOf(wire, events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')))
    expect(reply).toMatchObject({
      id: 'g',
      usage: { input: 1, output: 2 },
      choices: [
        {
          finish: 'stop',
          content: [
            { type: 'text', text: 'Red.', citations: [{ start: 0, end: 3 }] },
            { type: 'tool-call', id: 'look_0', name: 'look', arguments: '{"a":1}' },
          ],
        },
      ],
    })
  })
})

describe('usage', () => {
  it.each([
    [
      {
        billed_units: { input_tokens: 8, output_tokens: 5 },
        tokens: { input_tokens: 90, output_tokens: 7 },
        cached_tokens: 80,
      },
      { input: 8, output: 5 },
    ],
    [
      { tokens: { input_tokens: 90, output_tokens: 7 }, cached_tokens: 80 },
      { input: 10, cacheRead: 80, output: 7 },
    ],
    [{ billed_units: { search_units: 2 } }, { search: 2 }],
    [{}, undefined],
  ])('counts what is billed: %j', (said, units) => {
    const decoded = wire.decodeReply(
      { id: 'r', message: { content: [] }, finish_reason: 'COMPLETE', usage: said },
      quirks,
    )
    expect(decoded.ok && decoded.value.usage).toEqual(units)
  })
})

describe('errors', () => {
  it.each([
    [400, { id: 'e', message: 'too big', error_type: 'TOO_MANY_TOKENS' }, 'context-too-long'],
    [401, { message: 'invalid api token' }, 'upstream-credential'],
    [429, { message: 'slow down' }, 'rate-limited'],
    [498, { message: 'blocked output' }, 'content-filtered'],
    [499, { message: 'request cancelled' }, 'upstream-error'],
    [500, {}, 'upstream-error'],
  ])('gives %i a kind', (status, body, kind) => {
    const error = wire.decodeError(status, new Headers(), body)
    expect(error).toMatchObject({ kind, origin: 'upstream', upstreamStatus: status })
  })

  it('reads its own errors back, whole and in a stream', () => {
    const error = gatewayError('context-too-long', 'Too many tokens here.', { origin: 'upstream' })
    const { status, body } = wire.encodeError(error, 'req_1')
    expect(body).toEqual({ id: 'req_1', message: 'Too many tokens here.', error_type: 'TOO_MANY_TOKENS' })
    expect(wire.decodeError(status, new Headers(), body).kind).toBe('context-too-long')
    const stream = streamOf(wire, [
      { type: 'reply-start', id: 'r', model: 'm' },
      { type: 'text-delta', choice: 0, text: 'Ha' },
      { type: 'reply-error', error },
    ])
    expect(stream).not.toContain('[DONE]')
    expect(partsOf(wire, stream).at(-1)).toMatchObject({
      type: 'reply-error',
      error: { message: 'Too many tokens here.' },
    })
    expect(tapOf(wire, stream)).toMatchObject({ complete: false, error: { message: 'Too many tokens here.' } })
  })

  it('ends a stream badly when the answer broke off', () => {
    expect(streamOf(wire, [{ type: 'text-delta', choice: 0, text: 'Ha' }])).toContain('"finish_reason":"ERROR"')
  })

  it('takes an answer that ended with ERROR for none', () => {
    const decoded = wire.decodeReply({ id: 'r', message: { content: [] }, finish_reason: 'ERROR' }, quirks)
    expect(decoded.ok ? 'ok' : decoded.error.kind).toBe('upstream-error')
  })
})
