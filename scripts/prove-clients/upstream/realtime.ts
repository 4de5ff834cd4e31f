/** The scripted upstream's OpenAI Realtime: a WebSocket that greets, echoes what the user said and counts tokens. */

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { asArray, asObject, asString, type JsonObject, parseJson } from '../../../src/ground/json.ts'
import type { Arrival } from './exchange.ts'
import { pieces } from './exchange.ts'
import { bearer } from './read-parts.ts'

const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'realtime' })

/** Takes the upgrade if its credential is right; answers 401 otherwise. */
export function acceptRealtime(request: IncomingMessage, socket: Duplex, head: Buffer, arrivals: Arrival[]): void {
  const url = new URL(request.url ?? '/', 'http://upstream')
  arrivals.push({ dialect: 'openai-realtime', path: url.pathname, headers: request.headers, body: {}, seen: undefined })
  if (bearer(request.headers) === undefined) {
    socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n')
    return
  }
  sockets.handleUpgrade(request, socket, head, (client) => converse(client, url.searchParams.get('model') ?? ''))
}

function converse(client: WebSocket, model: string): void {
  let count = 0
  const send = (type: string, data: JsonObject): void =>
    client.send(JSON.stringify({ type, event_id: `event_${++count}`, ...data }))
  let said = ''
  send('session.created', { session: { type: 'realtime', object: 'realtime.session', id: 'sess_upstream1', model } })
  client.on('message', (data) => {
    const event = asObject(parseJson(String(data))) ?? {}
    if (event.type === 'session.update') send('session.updated', { session: event.session })
    if (event.type === 'conversation.item.create') {
      const content = asArray(asObject(event.item)?.content)
      said = asString(asObject(content[0])?.text) ?? ''
      send('conversation.item.added', { item: event.item })
    }
    if (event.type === 'response.create') respond(send, `You said: ${said}`)
  })
}

function respond(send: (type: string, data: JsonObject) => void, text: string): void {
  const response = { id: 'resp_upstream1', object: 'realtime.response' }
  send('response.created', { response: { ...response, status: 'in_progress' } })
  for (const delta of pieces(text))
    send('response.output_text.delta', {
      response_id: response.id,
      item_id: 'item_1',
      output_index: 0,
      content_index: 0,
      delta,
    })
  send('response.output_text.done', {
    response_id: response.id,
    item_id: 'item_1',
    output_index: 0,
    content_index: 0,
    text,
  })
  send('response.done', {
    response: {
      ...response,
      status: 'completed',
      usage: {
        total_tokens: 30,
        input_tokens: 20,
        output_tokens: 10,
        input_token_details: { text_tokens: 20, audio_tokens: 0, cached_tokens: 0 },
        output_token_details: { text_tokens: 10, audio_tokens: 0 },
      },
    },
  })
}
