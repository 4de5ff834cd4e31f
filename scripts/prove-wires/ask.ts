/** Sends one call in a wire, with its official SDK where the project has it, and keeps everything: bytes out, bytes in, the SDK's objects, what it threw. */

import { Agent, request as httpRequest } from 'node:http'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { isObject } from '../../src/ground/json.ts'
import type { Question } from './dialects/dialect.ts'
import { dialects } from './dialects/index.ts'
import { ToldError } from './dialects/plain-ask.ts'

/** What an app would see. */
export interface Outcome {
  /** The body the SDK sent. */
  readonly sent: string
  readonly status: number
  readonly headers: Headers
  /** The reply's bytes. */
  readonly bytes: Buffer
  /** The reply object, or the stream's objects in order, up to the error if there was one. */
  readonly objects: readonly unknown[]
  readonly thrown?: Thrown
}

/** What the SDK threw, in plain values. */
export interface Thrown {
  /** Class of the error: `RateLimitError`, `APIError`, `SyntaxError`. */
  readonly name: string
  /** True for the SDK's own error class, made from what the server said. */
  readonly isApiError: boolean
  readonly status?: number
  readonly message: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const TIMEOUT_MS = 120_000

/** Asks once, without retries. Never throws. */
export async function ask(question: Question): Promise<Outcome> {
  const seen = { sent: '', status: 0, headers: new Headers(), bytes: Buffer.alloc(0) }
  const fetchAndKeep = async (url: unknown, init?: RequestInit): Promise<Response> => {
    seen.sent = typeof init?.body === 'string' ? init.body : ''
    const reply = await send(String(url), new Headers(init?.headers), seen.sent)
    Object.assign(seen, { status: reply.status, headers: reply.headers, bytes: reply.bytes })
    return new Response(reply.broken ? brokenBody(reply.bytes) : new Uint8Array(reply.bytes), {
      status: reply.status,
      headers: reply.headers,
    })
  }
  const objects: unknown[] = []
  try {
    await dialects[question.wire].ask(question, fetchAndKeep, objects)
    return { ...seen, objects }
  } catch (error) {
    return { ...seen, objects, thrown: describe(error) }
  }
}

function describe(error: unknown): Thrown {
  if (!(error instanceof Error)) return { name: 'not an error', isApiError: false, message: String(error) }
  const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined
  return {
    name: error.constructor.name,
    isApiError: error instanceof OpenAI.APIError || error instanceof Anthropic.APIError || error instanceof ToldError,
    message: error.message,
    ...(status !== undefined && { status }),
  }
}

interface RawReply {
  status: number
  headers: Headers
  bytes: Buffer
  /** The connection ended before the reply did. */
  broken: boolean
}

function send(url: string, headers: Headers, body: string): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      agent,
      headers: { ...Object.fromEntries(headers), 'content-length': Buffer.byteLength(body) },
    }
    const request = httpRequest(url, options, (response) => {
      const pieces: Buffer[] = []
      const finish = (broken: boolean) =>
        resolve({
          status: response.statusCode ?? 0,
          headers: headersOf(response.headers),
          bytes: Buffer.concat(pieces),
          broken,
        })
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('end', () => finish(false))
      response.on('error', () => finish(true))
    })
    request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error('no reply in time')))
    request.on('error', reject)
    request.end(body)
  })
}

function headersOf(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw)) if (value !== undefined) headers.set(name, String(value))
  return headers
}

function brokenBody(bytes: Buffer): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(bytes))
      controller.error(new Error('the connection closed before the reply ended'))
    },
  })
}

/** The objects as JSON text, for exact comparison. */
export function objectsText(outcome: Outcome): string {
  return JSON.stringify(outcome.objects.map((object) => (isObject(object) ? object : String(object))))
}
