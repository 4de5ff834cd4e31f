/** OpenAI's own SDK reads what the encoders write: the cheapest judge of whether clients will. */

import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import type { ChatReply } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { openaiResponses as wire } from './index.ts'

const reply: ChatReply = {
  id: 'msg_1',
  model: 'm',
  createdSeconds: 5,
  choices: [
    {
      content: [
        { type: 'reasoning', text: 'Hm', signature: 's' },
        { type: 'text', text: 'One moment.', citations: [{ url: 'https://example.com/', title: 'E' }] },
        { type: 'tool-call', id: 'toolu_1', name: 'weather', arguments: '{"city":"Bern"}' },
        { type: 'tool-call', id: 'toolu_2', name: 'now', arguments: '{}' },
      ],
      finish: 'tool-calls',
      rawFinish: 'tool_use',
    },
  ],
  usage: { input: 3, cacheRead: 4, output: 5, reasoning: 6 },
}

const options = { id: 'x', model: 'x', createdSeconds: 1, includeUsage: true }
const ask = { model: 'm', input: 'hi' }

function client(status: number, type: string, body: string): OpenAI {
  const fetch = () => Promise.resolve(new Response(body, { status, headers: { 'content-type': type } }))
  return new OpenAI({ apiKey: 'k', baseURL: 'http://gateway.invalid/v1', fetch, maxRetries: 0 })
}

function streamText(of: ChatReply, upTo?: number): string {
  const encoder = wire.encodeStream(options)
  return encoder.push(unfoldReply(of).slice(0, upTo)) + (upTo === undefined ? encoder.end() : '')
}

const expected = {
  status: 'completed',
  output: [
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'carried-signature:s' },
    {
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [
        {
          type: 'output_text',
          text: 'One moment.',
          annotations: [
            { type: 'url_citation', url: 'https://example.com/', title: 'E', start_index: 0, end_index: 11 },
          ],
        },
      ],
    },
    { type: 'function_call', call_id: 'toolu_1', name: 'weather', arguments: '{"city":"Bern"}', status: 'completed' },
    { type: 'function_call', call_id: 'toolu_2', name: 'now', arguments: '{}', status: 'completed' },
  ],
  usage: {
    input_tokens: 7,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 11,
    output_tokens_details: { reasoning_tokens: 6 },
    total_tokens: 18,
  },
}

describe('the OpenAI SDK', () => {
  it('gathers our stream into the whole response', async () => {
    const stream = client(200, 'text/event-stream', streamText(reply)).responses.stream(ask)
    const final = await stream.finalResponse()
    expect(final).toMatchObject({ ...expected, id: 'msg_1', model: 'm', created_at: 5, output_text: 'One moment.' })
  })

  it('reads our whole reply', async () => {
    const body = JSON.stringify(wire.encodeReply(reply, options).value)
    const response = await client(200, 'application/json', body).responses.create(ask)
    expect(response).toMatchObject({ ...expected, output_text: 'One moment.' })
  })

  it('sees the events in the order in which OpenAI sends them', async () => {
    const text: ChatReply = { ...reply, choices: [{ content: [{ type: 'text', text: 'Hi' }], finish: 'stop' }] }
    const events = await client(200, 'text/event-stream', streamText(text)).responses.create({ ...ask, stream: true })
    const seen: string[] = []
    for await (const event of events) {
      expect(event).toMatchObject({ sequence_number: seen.length })
      seen.push(event.type)
    }
    expect(seen).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
  })

  it('gathers a refusal, server tools and a cut answer', async () => {
    const cut: ChatReply = {
      ...reply,
      choices: [
        {
          content: [
            {
              type: 'opaque',
              wire: 'openai-responses',
              value: { type: 'web_search_call', id: 'ws_1', status: 'completed' },
            },
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
            { type: 'refusal', text: 'No.' },
          ],
          finish: 'length',
        },
      ],
    }
    const final = await client(200, 'text/event-stream', streamText(cut)).responses.stream(ask).finalResponse()
    expect(final).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [
        { type: 'web_search_call', id: 'ws_1', status: 'completed' },
        { content: [{ text: 'a' }, { text: 'b' }, { type: 'refusal', refusal: 'No.' }] },
      ],
    })
  })

  it('throws on an error in the middle of a stream', async () => {
    const error = gatewayError('overloaded', 'Too busy; try again soon.', { origin: 'upstream' })
    const read = async (body: string) => {
      for await (const event of await client(200, 'text/event-stream', body).responses.create({ ...ask, stream: true }))
        expect(event.type).not.toBe('response.completed')
    }
    await expect(read(streamText(reply, 4) + wire.encodeStreamError(error, 'req_1'))).rejects.toThrow('Too busy')
    const encoder = wire.encodeStream(options)
    const begun = encoder.push([...unfoldReply(reply).slice(0, 3), { type: 'reply-error', error }])
    await expect(read(begun + encoder.end())).rejects.toThrow('Too busy')
  })

  it('throws the class of error that the status means, with code and param', async () => {
    const error = gatewayError('invalid-request', 'temperature: must be a number', { param: 'temperature' })
    const { status, body } = wire.encodeError(error, 'req_1')
    const asked = client(status, 'application/json', JSON.stringify(body)).responses.create(ask)
    await expect(asked).rejects.toMatchObject({ status: 400, param: 'temperature', type: 'invalid_request_error' })
  })
})
