/** OpenAI's own SDK reads what the encoders write: the cheapest judge of whether clients will. */

import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import type { ChatReply } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { openaiChat as wire } from './index.ts'

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
const ask = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] }

function client(status: number, type: string, body: string): OpenAI {
  const fetch = () => Promise.resolve(new Response(body, { status, headers: { 'content-type': type } }))
  return new OpenAI({ apiKey: 'k', baseURL: 'http://gateway.invalid/v1', fetch, maxRetries: 0 })
}

function streamText(upTo?: number): string {
  const encoder = wire.encodeStream(options)
  return encoder.push(unfoldReply(reply).slice(0, upTo)) + (upTo === undefined ? encoder.end() : '')
}

describe('the OpenAI SDK', () => {
  it('gathers our stream into the whole answer', async () => {
    const stream = client(200, 'text/event-stream', streamText()).chat.completions.stream({
      ...ask,
      stream_options: { include_usage: true },
    })
    const final = await stream.finalChatCompletion()
    expect(final.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: 'One moment.',
        tool_calls: [
          { id: 'toolu_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } },
          { id: 'toolu_2', type: 'function', function: { name: 'now', arguments: '{}' } },
        ],
      },
    })
    expect(final.usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 11, total_tokens: 18 })
  })

  it('reads our whole reply', async () => {
    const body = JSON.stringify(wire.encodeReply(reply, options).value)
    const completion = await client(200, 'application/json', body).chat.completions.create(ask)
    expect(completion.choices[0]?.message).toMatchObject({
      content: 'One moment.',
      reasoning_content: 'Hm',
      thinking_blocks: [{ type: 'thinking', thinking: 'Hm', signature: 's' }],
      annotations: [{ type: 'url_citation', url_citation: { start_index: 0, end_index: 11 } }],
    })
  })

  it('throws on an error in the middle of a stream', async () => {
    const error = gatewayError('overloaded', 'Too busy; try again soon.', { origin: 'upstream' })
    const body = streamText(4) + wire.encodeStreamError(error, 'req_1')
    const stream = await client(200, 'text/event-stream', body).chat.completions.create({ ...ask, stream: true })
    const read = async () => {
      for await (const chunk of stream) expect(chunk.choices).toHaveLength(1)
    }
    await expect(read()).rejects.toThrow('Too busy')
  })

  it('throws the class of error that the status means, with code and param', async () => {
    const error = gatewayError('invalid-request', 'n: must be a number', { param: 'n' })
    const { status, body } = wire.encodeError(error, 'req_1')
    const asked = client(status, 'application/json', JSON.stringify(body)).chat.completions.create(ask)
    await expect(asked).rejects.toMatchObject({ status: 400, param: 'n', type: 'invalid_request_error' })
  })
})
