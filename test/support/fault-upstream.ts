/** A scripted upstream: the model name says how it behaves, so a test reads as "ask the model that resets mid-stream". */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  readonly path: string
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  readonly body: Record<string, unknown>
  /** The connection was closed before the reply was complete. */
  aborted: boolean
}

export interface FaultUpstream {
  readonly url: string
  readonly requests: SeenRequest[]
  close(): Promise<void>
}

type Behaviour = (call: Call) => void | Promise<void>

interface Call {
  readonly seen: SeenRequest
  readonly response: ServerResponse
  readonly anthropic: boolean
  readonly stream: boolean
  readonly argument: number
  /** How many requests for this model there have been, this one included. */
  readonly turn: number
}

/** Starts on a free port of the loopback interface. */
export async function startFaultUpstream(): Promise<FaultUpstream> {
  const requests: SeenRequest[] = []
  const server = createServer((request, response) => void answer(request, response, requests))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, requests, close: () => closeServer(server) }
}

async function answer(request: IncomingMessage, response: ServerResponse, requests: SeenRequest[]): Promise<void> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const body = JSON.parse(text) as Record<string, unknown>
  const seen: SeenRequest = { path: request.url ?? '', headers: request.headers, text, body, aborted: false }
  requests.push(seen)
  response.on('close', () => {
    seen.aborted = !response.writableFinished
  })
  const [name = '', argument = '0'] = String(body.model).split(':')
  const behaviour = BEHAVIOURS[name] ?? BEHAVIOURS.plain
  await behaviour?.({
    seen,
    response,
    anthropic: seen.path.endsWith('/messages'),
    stream: body.stream === true,
    argument: Number(argument),
    turn: requests.filter((request) => request.body.model === body.model).length,
  })
}

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  plain: (call) => (call.stream ? streamWords(call, 5, 0) : whole(call)),
  /** `slow:20`: one word every 20 ms, a hundred words. */
  slow: (call) => streamWords(call, 100, call.argument),
  /** `words:8000`: so many words at once. */
  words: (call) => streamWords(call, call.argument, 0),
  /** `status:429` with a Retry-After. */
  status: (call) => refuse(call, call.argument, { 'retry-after': '7' }),
  /** Quotes the credential it was sent, as a hostile or careless server may. */
  quoting: ({ response, seen }) => {
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({
        error: { message: `you sent ${String(seen.headers.authorization ?? seen.headers['x-api-key'])}`, type: 'x' },
      }),
    )
  },
  'reset-mid': async (call) => {
    await words(call, 2, 5)
    call.response.destroy()
  },
  'end-mid': async (call) => {
    await words(call, 2, 5)
    call.response.end()
  },
  /** Breaks off in the middle of an event. */
  'half-reset': async (call) => {
    await words(call, 2, 5)
    call.response.write(halfEvent(call), () => call.response.destroy())
  },
  'half-end': async (call) => {
    await words(call, 2, 5)
    call.response.end(halfEvent(call))
  },
  'error-mid': async (call) => {
    await words(call, 2, 0)
    const error = { type: 'overloaded_error', message: 'scripted overload' }
    call.response.end(call.anthropic ? sse({ type: 'error', error }, 'error') : sse({ error }))
  },
  'overloaded-first': (call) => {
    call.response.writeHead(200, { 'content-type': 'text/event-stream' })
    const error = { type: 'overloaded_error', message: 'scripted overload' }
    call.response.end(call.anthropic ? sse({ type: 'error', error }, 'error') : sse({ error }))
  },
  /** `flaky:2:name`: the first two requests for that model get 503. */
  flaky: (call) => {
    if (call.turn <= call.argument) return refuse(call, 503)
    return call.stream ? streamWords(call, 5, 0) : whole(call)
  },
  /** `bad-key:401`: that status for credentials that end in `-bad`. */
  'bad-key': (call) =>
    String(call.seen.headers.authorization).endsWith('-bad') ? refuse(call, call.argument) : whole(call),
  /** `rest:1`: every first request is told to come back in so many seconds. */
  rest: (call) => (call.turn === 1 ? refuse(call, 429, { 'retry-after': String(call.argument) }) : whole(call)),
  'too-long': (call) => refuse(call, 400, {}, 'context_length_exceeded'),
  /** `comments:60`: so many comments, one every 50 ms, before the first event and between the words. */
  comments: async (call) => {
    call.response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let index = 0; index < call.argument; index++) {
      call.response.write(': still working\n\n')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    call.response.end()
  },
  /** `pause:400`: a word, so many milliseconds of silence, the rest. */
  pause: async (call) => {
    await words(call, 1, 0)
    await new Promise((resolve) => setTimeout(resolve, call.argument))
    call.response.write(call.anthropic ? '' : sse(chunk(call, { content: 'late ' }, null)))
    call.response.write(sse(chunk(call, {}, 'stop')))
    call.response.end('data: [DONE]\n\n')
  },
  silent: () => undefined,
  'silent-mid': (call) => words(call, 2, 0),
  html: ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<h1>captive portal</h1>')
  },
  'error-200': ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { message: 'scripted error with status 200', type: 'server_error' } }))
  },
  redirect: ({ response }) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' })
    response.end()
  },
  'no-usage': (call) => (call.stream ? streamWords(call, 5, 0, false) : whole(call, false)),
}

function refuse({ response, anthropic }: Call, status: number, headers = {}, code: string | null = null): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  const error = { type: 'trouble_error', message: `scripted trouble ${status}` }
  response.end(JSON.stringify(anthropic ? { type: 'error', error } : { error: { ...error, code, param: null } }))
}

function whole({ response, anthropic, seen }: Call, usage = true): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const model = `${String(seen.body.model)}-2026`
  const reply = anthropic
    ? {
        id: 'msg_synthetic',
        type: 'message',
        role: 'assistant',
        model,
        content: [{ type: 'text', text: 'hello from upstream' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        ...(usage ? { usage: { input_tokens: 11, output_tokens: 3 } } : {}),
      }
    : {
        id: 'chatcmpl-synthetic',
        object: 'chat.completion',
        created: 1_790_000_000,
        model,
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'hello from upstream' },
            finish_reason: 'stop',
            logprobs: null,
          },
        ],
        ...(usage ? { usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 } } : {}),
      }
  response.end(JSON.stringify(reply))
}

async function streamWords(call: Call, count: number, delayMs: number, usage = true): Promise<void> {
  await words(call, count, delayMs)
  const { response, anthropic, seen } = call
  if (response.destroyed) return
  if (anthropic) {
    response.write(sse({ type: 'content_block_stop', index: 0 }, 'content_block_stop'))
    const delta = { stop_reason: 'end_turn', stop_sequence: null }
    response.write(
      sse({ type: 'message_delta', delta, ...(usage ? { usage: { output_tokens: count } } : {}) }, 'message_delta'),
    )
    response.end(sse({ type: 'message_stop' }, 'message_stop'))
    return
  }
  response.write(sse(chunk(call, {}, 'stop')))
  const options = seen.body.stream_options as { include_usage?: boolean } | undefined
  if (usage && options?.include_usage) {
    response.write(
      sse({
        ...chunk(call, {}, null),
        choices: [],
        usage: { prompt_tokens: 11, completion_tokens: count, total_tokens: 11 + count },
      }),
    )
  }
  response.end('data: [DONE]\n\n')
}

function halfEvent(call: Call): string {
  return call.anthropic
    ? 'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tok'
    : `data: ${JSON.stringify(chunk(call, { content: 'w2 ' }, null)).slice(0, -9)}`
}

async function words(call: Call, count: number, delayMs: number): Promise<void> {
  const { response, anthropic } = call
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (anthropic) {
    const message = {
      id: 'msg_synthetic',
      type: 'message',
      role: 'assistant',
      model: `${String(call.seen.body.model)}-2026`,
      content: [],
      stop_reason: null,
    }
    response.write(
      sse(
        { type: 'message_start', message: { ...message, usage: { input_tokens: 11, output_tokens: 1 } } },
        'message_start',
      ),
    )
    response.write(
      sse({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }, 'content_block_start'),
    )
  }
  for (let index = 0; index < count && !response.destroyed; index++) {
    const text = `w${index} `
    const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }
    response.write(
      anthropic ? sse(delta, 'content_block_delta') : sse(chunk(call, { role: 'assistant', content: text }, null)),
    )
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
  }
}

function chunk({ seen }: Call, delta: Record<string, unknown>, finish: string | null): Record<string, unknown> {
  return {
    id: 'chatcmpl-synthetic',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: `${String(seen.body.model)}-2026`,
    choices: [{ index: 0, delta, finish_reason: finish }],
  }
}

function sse(data: unknown, event?: string): string {
  return `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
