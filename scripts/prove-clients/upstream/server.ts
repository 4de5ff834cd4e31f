/** The scripted upstream: one HTTP server that answers for every provider, each under its own path. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { asObject, type JsonObject, parseJson } from '../../../src/ground/json.ts'
import { CHAT_DIALECTS } from './dialects.ts'
import type { Arrival, ChatDialect, Refusal, Say } from './exchange.ts'
import { acceptRealtime } from './realtime.ts'
import { play, USAGE } from './scenario.ts'
import { answerTask } from './tasks.ts'

/** The only credential it accepts. */
export const CREDENTIAL = 'upstream-credential'

export interface Upstream {
  readonly url: string
  /** Requests that arrived since the last call, oldest first. */
  take(): Arrival[]
  close(): Promise<void>
}

/** Streams leave in pieces of this size, so that characters and events are cut anywhere. */
const PIECE_BYTES = 61

export async function startUpstream(): Promise<Upstream> {
  const arrivals: Arrival[] = []
  const server = createServer((request, response) => {
    answer(request, response, arrivals).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)))
    })
  })
  server.on('upgrade', (request, socket, head) => acceptRealtime(request, socket, head, arrivals))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the scripted upstream has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    take: () => arrivals.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Paths begin with `/<dialect>`, so that what two providers share (`/v1/chat/completions`) is told apart. */
async function answer(request: IncomingMessage, response: ServerResponse, arrivals: Arrival[]): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://upstream')
  const [, name = '', rest = ''] = /^\/([a-z-]+)(\/.*)$/.exec(url.pathname) ?? []
  const raw = await readWhole(request)
  const body = asObject(parseJson(raw.toString())) ?? {}
  const note = { dialect: name, path: rest, headers: request.headers, body }
  for (const dialect of CHAT_DIALECTS[name] ?? []) {
    const address = request.method === 'POST' ? dialect.match(rest) : undefined
    if (!address) continue
    const asArray = dialect.name === 'gemini-generate' && url.searchParams.get('alt') !== 'sse'
    return answerChat(dialect, { ...address, asArray }, { ...note, dialect: dialect.name }, response, arrivals)
  }
  arrivals.push({ ...note, seen: undefined })
  const reply = answerTask({
    method: request.method ?? 'GET',
    provider: name,
    path: rest,
    url,
    headers: request.headers,
    raw,
    body,
  })
  response.writeHead(reply.status, { 'content-type': reply.type, ...reply.headers })
  response.end(reply.body)
}

async function answerChat(
  dialect: ChatDialect,
  address: { readonly model?: string; readonly streams?: boolean; readonly asArray?: boolean },
  note: Omit<Arrival, 'seen'>,
  response: ServerResponse,
  arrivals: Arrival[],
): Promise<void> {
  const seen = dialect.read(note.body, address)
  arrivals.push({ ...note, seen: typeof seen === 'string' ? undefined : seen })
  const credential = dialect.credential(note.headers)
  if (credential !== CREDENTIAL) return refuse(dialect, response, credentialFault(credential))
  if (typeof seen === 'string') return refuse(dialect, response, complaint(seen))
  const played = play(seen)
  // What did not arrive is said in an answer, not an error: with it come the gateway's warnings of what it could not carry.
  const said: Say | Refusal =
    typeof played === 'string' ? { text: `missed: ${played}`, finish: 'stop', usage: USAGE } : played
  if ('status' in said) return refuse(dialect, response, said)
  if (!seen.streams) return sendJson(response, 200, dialect.whole(said, seen))
  const events = dialect.stream(said, seen)
  if (address.asArray) return sendArray(response, events)
  await sendStream(response, dialect, events)
}

function complaint(message: string): Refusal {
  return { status: 400, kind: 'bad-request', message: `upstream: ${message}` }
}

function credentialFault(credential: string | undefined): Refusal {
  const what = credential === undefined ? 'no credential came' : 'a wrong credential came'
  return { status: 401, kind: 'credentials', message: `upstream: ${what}` }
}

function refuse(dialect: ChatDialect, response: ServerResponse, refusal: Refusal): void {
  if (refusal.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(refusal.retryAfterSeconds))
  sendJson(response, refusal.status, dialect.refuse(refusal))
}

function sendJson(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** Google without `alt=sse`: the same events as elements of one array. */
function sendArray(response: ServerResponse, events: readonly (string | Uint8Array)[]): void {
  const elements = events.flatMap((event) => String(event).split(/\r?\n\r?\n/)).filter(Boolean)
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(`[${elements.map((element) => element.replace(/^data: /, '')).join(',\r\n')}]`)
}

async function sendStream(
  response: ServerResponse,
  dialect: ChatDialect,
  events: readonly (string | Uint8Array)[],
): Promise<void> {
  response.writeHead(200, { 'content-type': dialect.streamType })
  const bytes = Buffer.concat(
    events.map((event) => (typeof event === 'string' ? Buffer.from(event) : Buffer.from(event))),
  )
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    response.write(bytes.subarray(at, at + PIECE_BYTES))
    await new Promise((resolve) => setImmediate(resolve))
  }
  response.end()
}

async function readWhole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
