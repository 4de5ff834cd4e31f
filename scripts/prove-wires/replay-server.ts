/** An upstream that answers with recorded bytes: the model name of a request says which recording and how to split it. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { asArray, asObject, asString, type JsonObject, parseJson } from '../../src/ground/json.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import type { Exchange } from './corpus.ts'

/** Size of the pieces a reply is written in: bytes, 0 for whole, `r` for the sizes it was recorded in. */
export const CHUNKINGS = ['0', '1', '2', '7', 'r'] as const
export type Chunking = (typeof CHUNKINGS)[number]

/** What the upstream was sent. */
export interface Received {
  readonly wire: ChatWireName
  readonly text: string
  /** The request asked for a stream, in its body or its path. */
  readonly streams: boolean
  /** It came to Bedrock's InvokeModel. */
  readonly invoked: boolean
  readonly headers: IncomingMessage['headers']
}

export interface ReplayServer {
  /** `http://127.0.0.1:port`; the wire's name and the wire's own path follow. */
  readonly url: string
  /** What arrived for one run, once; undefined when nothing did. */
  take(run: string): Received | undefined
  close(): Promise<void>
}

/** The upstream model name that makes the server answer with one recording. `run` must be unique. */
export function replayModel(id: string, chunking: Chunking, run: number): string {
  return `${id}.${chunking}.${run}`
}

const MODEL = /([0-9a-f]{16})\.([0127r])\.(\d+)(?=$|[:/])/
/** Ends of a long reply are split finely, its middle in pieces of this odd size: a megabyte of single bytes proves no more. */
const MIDDLE_PIECE = 61
const FINE_HEAD = 8192
const FINE_TAIL = 2048
/** Pieces written before giving the other side a turn, so that TCP boundaries fall between pieces too. */
const PIECES_A_TURN = 24

const WIRE_AT: readonly (readonly [path: RegExp, wire: ChatWireName])[] = [
  [/\/messages$|\/invoke(?:-with-response-stream)?$/, 'anthropic-messages'],
  [/\/chat\/completions$/, 'openai-chat'],
  [/\/completions$/, 'openai-completions'],
  [/\/responses$/, 'openai-responses'],
  [/:(?:stream)?[gG]enerateContent$/, 'gemini-generate'],
  [/\/v[12]\/chat$/, 'cohere-chat'],
  [/\/api\/chat$/, 'ollama-chat'],
  [/\/api\/generate$/, 'ollama-generate'],
  [/\/converse(?:-stream)?$/, 'bedrock-converse'],
]

function streamsIn(body: JsonObject, path: string, wire: ChatWireName): boolean {
  if (wire === 'gemini-generate') return path.endsWith(':streamGenerateContent')
  if (wire === 'bedrock-converse' || path.includes('/invoke')) return path.endsWith('-stream')
  return wire.startsWith('ollama') ? body.stream !== false : body.stream === true
}

/** What Google sends with `alt=sse` instead of the recorded array. */
function eventsOf(array: Buffer): Buffer {
  const elements = asArray(parseJson(array.toString()))
  return Buffer.from(elements.map((element) => `data: ${JSON.stringify(element)}\r\n\r\n`).join(''))
}

/** The reply in the shape the address asks for. */
function said(exchange: Exchange, path: string, search: string): { bytes: Buffer; type: string } {
  if (exchange.isArray && search.includes('alt=sse'))
    return { bytes: eventsOf(exchange.response), type: 'text/event-stream' }
  if (exchange.frames)
    return path.includes('/invoke')
      ? { bytes: exchange.frames, type: exchange.contentType }
      : { bytes: exchange.response, type: 'text/event-stream' }
  return { bytes: exchange.response, type: exchange.contentType }
}

/** Starts the server on a free port. */
export async function startReplayServer(exchanges: readonly Exchange[]): Promise<ReplayServer> {
  const byId = new Map(exchanges.map((exchange) => [exchange.id, exchange]))
  const received = new Map<string, Received>()
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(asError(error)))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const text = Buffer.concat(pieces).toString()
    const body = asObject(parseJson(text)) ?? {}
    const { pathname, search } = new URL(request.url ?? '/', 'http://replay')
    const wire = WIRE_AT.find(([path]) => path.test(pathname))?.[1]
    const model = MODEL.exec(asString(body.model) ?? decodeURIComponent(pathname))
    const exchange = model?.[1] ? byId.get(model[1]) : undefined
    if (!model?.[3] || !exchange || !wire)
      return complain(response, `no recording is named by ${pathname} ${text.slice(0, 200)}`)
    const streams = streamsIn(body, pathname, wire)
    received.set(model[3], { wire, text, streams, invoked: pathname.includes('/invoke'), headers: request.headers })
    if (exchange.wire !== wire)
      return complain(response, `recording ${exchange.id} speaks ${exchange.wire}, asked at ${request.url}`)
    const { bytes, type } = said(exchange, pathname, search)
    response.writeHead(exchange.status, { 'content-type': type })
    await writePieces(response, bytes, piecesOf({ ...exchange, response: bytes }, model[2] ?? '0'))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the replay server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    take(run) {
      const found = received.get(run)
      received.delete(run)
      return found
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function complain(response: ServerResponse, message: string): void {
  response.writeHead(599, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ type: 'error', error: { type: 'replay', message: `replay: ${message}` } }))
}

/** Sizes that add up to the length of the reply. */
export function piecesOf(exchange: Pick<Exchange, 'response' | 'chunkSizes'>, chunking: string): number[] {
  const length = exchange.response.length
  if (chunking === 'r' && exchange.chunkSizes) return fitted([...exchange.chunkSizes], length)
  const fine = Number(chunking)
  if (!fine) return [length]
  const sizes: number[] = []
  for (let offset = 0; offset < length; ) {
    const isEdge = offset < FINE_HEAD || offset >= length - FINE_TAIL
    const size = Math.min(isEdge ? fine : MIDDLE_PIECE, length - offset)
    sizes.push(size)
    offset += size
  }
  return sizes
}

/** Recorded sizes count the provider's bytes; where masking ids changed the length, the last piece takes the difference. */
function fitted(sizes: number[], length: number): number[] {
  const pieces: number[] = []
  let left = length
  for (const size of sizes) {
    if (left <= 0) break
    pieces.push(Math.min(size, left))
    left -= size
  }
  if (left > 0) pieces.push(left)
  return pieces
}

async function writePieces(response: ServerResponse, body: Buffer, sizes: readonly number[]): Promise<void> {
  let offset = 0
  for (const [index, size] of sizes.entries()) {
    if (response.destroyed) return
    const goOn = response.write(body.subarray(offset, offset + size))
    offset += size
    if (!goOn) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve))
    else if (sizes.length > 1 && index % PIECES_A_TURN === 0) await new Promise(setImmediate)
  }
  response.end()
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
