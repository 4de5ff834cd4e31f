/** Good answers in OpenAI's format, and the pieces that bad ones are made of. */

import type { FaultCall } from './server.ts'

/** Each provider of the proofs says words of its own, so that a stream made of two would show. */
export function wordsOf(model: string): string[] {
  const voice = model.includes('@b') ? 'b' : 'a'
  return Array.from({ length: 20 }, (_, index) => `${voice}${index} `)
}

export function chunkOf(model: string, delta: object, finish: string | null): object {
  return {
    id: 'chatcmpl-fault',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  }
}

export function eventOf(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

/** All events of a good stream, in order. */
export function goodEvents(model: string, words = wordsOf(model)): string[] {
  const usage = { prompt_tokens: 11, completion_tokens: words.length, total_tokens: 11 + words.length }
  return [
    eventOf(chunkOf(model, { role: 'assistant', content: '' }, null)),
    ...words.map((content) => eventOf(chunkOf(model, { content }, null))),
    eventOf(chunkOf(model, {}, 'stop')),
    eventOf({ ...chunkOf(model, {}, null), choices: [], usage }),
    'data: [DONE]\n\n',
  ]
}

export function goodBody(model: string): string {
  return JSON.stringify({
    id: 'chatcmpl-fault',
    object: 'chat.completion',
    created: 1_790_000_000,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: wordsOf(model).join('') }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 11, completion_tokens: 20, total_tokens: 31 },
  })
}

/** A good answer, streamed if it was asked for so. */
export function answerWell({ response, stream, model }: FaultCall): void {
  if (!stream) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(goodBody(model))
    return
  }
  startStream({ response })
  response.end(goodEvents(model).join(''))
}

export function startStream({ response }: Pick<FaultCall, 'response'>, type = 'text/event-stream'): void {
  response.writeHead(200, { 'content-type': type })
}

export function refuse({ response }: FaultCall, status: number, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ error: { message: `made-up trouble ${status}`, type: 'trouble', code: null, param: null } }))
}
