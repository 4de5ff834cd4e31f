/** Faults of a whole answer: statuses, headers, bodies that are not what they say. */

import { answerWell, goodBody, refuse } from './replies.ts'
import { type FaultBehaviour, pause } from './server.ts'

export const HTTP_FAULTS: Readonly<Record<string, FaultBehaviour>> = {
  good: answerWell,
  /** `busy:VALUE`: the first request gets 429 with that Retry-After; `none` is without one. */
  busy: (call) => {
    if (call.turn > 1) return answerWell(call)
    const value = decodeURIComponent(call.argument)
    return refuse(call, 429, value === 'none' ? {} : { 'retry-after': value })
  },
  /** `late:300`: well, after so many milliseconds. */
  late: async (call) => {
    await pause(Number(call.argument))
    answerWell(call)
  },
  /** `always:500` */
  always: (call) => refuse(call, Number(call.argument)),
  /** `twice:503`: the first two requests. */
  twice: (call) => (call.turn <= 2 ? refuse(call, Number(call.argument)) : answerWell(call)),
  /** Takes the request and never says a word. */
  silent: () => undefined,
  'head-then-silence': ({ response, stream }) => {
    response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
    response.flushHeaders()
  },
  html: ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>captive portal</h1>'),
  'error-object': ({ response }) =>
    void response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: { message: 'made-up error with status 200', type: 'server_error' } })),
  empty: ({ response }) => void response.writeHead(204).end(),
  nothing: ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end(),
  /** Promises more bytes than it sends. */
  'short-body': ({ response, socket, model }) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': String(goodBody(model).length + 50),
    })
    response.write(goodBody(model).slice(0, 60), () => socket.destroy())
  },
  'not-gzip': ({ response, model }) =>
    void response
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      .end(goodBody(model)),
  'wrong-type': ({ response, model }) =>
    void response.writeHead(200, { 'content-type': 'text/plain' }).end(goodBody(model)),
  'bad-json': ({ response }) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "chatcmpl-fault", "choices": ['),
  /** Answers, and closes the connection at once without having said that it would. */
  'sudden-close': (call) => {
    answerWell(call)
    call.response.on('finish', () => call.socket.destroy())
  },
  'reset-at-once': ({ socket }) => void socket.resetAndDestroy(),
  /** `bad-key:401` for the credential that ends in `-bad`. */
  'bad-key': (call) =>
    String(call.response.req.headers.authorization).endsWith('-bad')
      ? refuse(call, Number(call.argument))
      : answerWell(call),
}
