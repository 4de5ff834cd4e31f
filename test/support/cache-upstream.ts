/** An upstream whose every answer is another one, so that a test sees whether it was asked. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CacheUpstream {
  readonly url: string
  /** Bodies in the order they came. */
  readonly requests: Record<string, unknown>[]
  close(): Promise<void>
}

/**
 * Speaks openai-chat, anthropic-messages and embeddings. The answer is `answer N to MODEL`, with N counted up. A model
 * `finish:WORD` ends with that word, `slow:MS` waits as long before it ends, `refusal` refuses.
 */
export async function startCacheUpstream(): Promise<CacheUpstream> {
  const requests: Record<string, unknown>[] = []
  const server = createServer((request, response) => void answer(request, response, requests))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, requests, close: () => closeServer(server) }
}

async function answer(request: IncomingMessage, response: ServerResponse, requests: Record<string, unknown>[]) {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const body = JSON.parse(text) as Record<string, unknown>
  requests.push(body)
  const [name = '', argument = ''] = String(body.model).split(':')
  const words = `answer ${requests.length} to ${name}, said in a sentence that is long enough for more than one piece`
  const reply = { words, name, argument, model: String(body.model) }
  if (request.url?.endsWith('/embeddings')) return json(response, embeddings(reply.model, requests.length))
  const anthropic = request.url?.endsWith('/messages') === true
  if (body.stream !== true) {
    if (name === 'slow') await pause(Number(argument))
    return json(response, anthropic ? message(reply) : completion(reply))
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const events = anthropic ? messageEvents(reply) : completionEvents(reply, body)
  for (const [index, event] of events.entries()) {
    if (index === 3 && name === 'slow') await pause(Number(argument))
    response.write(event)
  }
  response.end()
}

interface Reply {
  readonly words: string
  readonly name: string
  readonly argument: string
  readonly model: string
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function finishOf({ name, argument }: Reply, usual: string): string {
  return name === 'finish' ? argument : usual
}

function completion(reply: Reply) {
  const refused = reply.name === 'refusal'
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: reply.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: refused ? null : reply.words, refusal: refused ? reply.words : null },
        finish_reason: finishOf(reply, 'stop'),
      },
    ],
    usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
  }
}

function message(reply: Reply) {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: reply.model,
    content: [{ type: 'text', text: reply.words }],
    stop_reason: finishOf(reply, 'end_turn'),
    stop_sequence: null,
    usage: { input_tokens: 1000, output_tokens: 100 },
  }
}

function completionEvents(reply: Reply, body: Record<string, unknown>): string[] {
  const chunk = (fields: Record<string, unknown>): string =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: reply.model, choices: [], ...fields })}\n\n`
  const choice = (delta: Record<string, unknown>, finish: string | null = null): string =>
    chunk({ choices: [{ index: 0, delta, finish_reason: finish }] })
  const field = reply.name === 'refusal' ? 'refusal' : 'content'
  const options = body.stream_options as { include_usage?: boolean } | undefined
  return [
    choice({ role: 'assistant', [field]: '' }),
    ...reply.words.split(/(?<= )/).map((word) => choice({ [field]: word })),
    choice({}, finishOf(reply, 'stop')),
    ...(options?.include_usage
      ? [chunk({ usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 } })]
      : []),
    'data: [DONE]\n\n',
  ]
}

function messageEvents(reply: Reply): string[] {
  const event = (type: string, fields: Record<string, unknown>): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
  const { content, stop_reason, usage, ...start } = message(reply)
  return [
    event('message_start', {
      message: { ...start, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
    }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...reply.words
      .split(/(?<= )/)
      .map((text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 100 } }),
    event('message_stop', {}),
  ]
}

function embeddings(model: string, count: number) {
  return {
    object: 'list',
    model,
    data: [{ object: 'embedding', index: 0, embedding: [count, 0.5] }],
    usage: { prompt_tokens: 7, total_tokens: 7 },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
