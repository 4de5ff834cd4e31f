/** One try at one upstream: sends, waits for the first byte, and gives either an open exchange or a failure. */

import type { EffectivePolicy } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { type Json, parseJson } from '../ground/json.ts'
import { isComment } from '../ground/sse-comment.ts'
import type { UpstreamRequestOptions } from '../providers/http-request.ts'
import type { HttpProvider } from '../providers/provider.ts'
import { Deadlines } from './deadlines.ts'
import type { Gateway } from './gateway.ts'
import { readWhole } from './read-whole.ts'

/** One request to an upstream, ready to be given an address and a credential. */
export interface UpstreamCall {
  readonly wire: UpstreamRequestOptions['wire']
  readonly method: UpstreamRequestOptions['method']
  /** Template below the provider's address; `{model}` stands for `model`. */
  readonly path: string
  readonly model: string
  readonly body: UpstreamRequestOptions['body']
  /** Undefined when the runtime must write it (forms). */
  readonly contentType: string | undefined
  /** The client speaks the same wire, so its allow-listed headers go on. */
  readonly forwardClientHeaders: boolean
  decodeError(status: number, headers: Headers, body: Json): GatewayError
}

/** An upstream that answered with a success status; its body has not been read past the first chunk. */
export interface Exchange {
  readonly provider: HttpProvider
  readonly response: Response
  readonly reader: ReadableStreamDefaultReader<Uint8Array>
  /** Undefined for an empty body. */
  readonly first: Uint8Array | undefined
  readonly deadlines: Deadlines
  /** From the request to the first data, in milliseconds. */
  readonly firstDataMs: number
  /** Ends the upstream call. */
  abort(): void
}

/** What the upstream said when it refused, for clients that speak its wire. */
export interface RawFailure {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
}

export type Attempt =
  | { readonly ok: true; readonly exchange: Exchange }
  | { readonly ok: false; readonly error: GatewayError; readonly raw?: RawFailure }

const MAX_ERROR_BYTES = 1024 * 1024
/** More than that of comments and no data is passed on as it is. */
const MAX_COMMENT_BYTES = 64 * 1024

export interface AttemptOptions {
  readonly request: Request
  readonly policy: EffectivePolicy
  readonly provider: HttpProvider
  readonly credential: string | undefined
  readonly prepared: UpstreamCall
  readonly gateway: Gateway
  /** The call streams, so the head of its answer is awaited by itself. */
  readonly stream?: boolean
  /** Ends the try from outside. */
  readonly signal?: AbortSignal
  /** Called once nothing of the exchange is open any more. */
  readonly onEnd?: () => void
}

export async function attempt(options: AttemptOptions): Promise<Attempt> {
  const { request, policy, provider, prepared, gateway } = options
  const controller = new AbortController()
  const sentAtMs = gateway.clock.now()
  const deadlines = new Deadlines(policy, gateway.clock, () => controller.abort(), {
    stream: options.stream === true,
    onStop: options.onEnd,
  })
  const abort = (): void => {
    deadlines.stop()
    controller.abort()
  }
  request.signal.addEventListener('abort', abort, { once: true })
  options.signal?.addEventListener('abort', abort, { once: true })
  const built = await gateway.buildRequest({
    provider,
    wire: prepared.wire,
    method: prepared.method,
    path: prepared.path,
    model: prepared.model,
    secret: options.credential,
    body: prepared.body,
    contentType: prepared.contentType,
    clientHeaders: prepared.forwardClientHeaders ? request.headers : undefined,
    signal: controller.signal,
  })
  if (!built.ok) {
    deadlines.stop()
    return { ok: false, error: built.error }
  }
  try {
    const response = await gateway.fetch(built.value.url, built.value.init)
    deadlines.takenUp()
    if (response.status >= 300 || response.status === 204) return await failed(response, options, deadlines)
    if (!response.body) return { ok: false, error: emptyBody(provider, deadlines) }
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const first = await readFirstData(reader, response.headers)
    deadlines.touch()
    const firstDataMs = Math.max(0, gateway.clock.now() - sentAtMs)
    return { ok: true, exchange: { provider, response, reader, first, deadlines, firstDataMs, abort } }
  } catch (error) {
    deadlines.stop()
    return { ok: false, error: deadlines.expired ?? unreachable(provider, error, request.signal.aborted) }
  }
}

/** What came up to the first chunk with more than comments in it: a server that says it is busy has not answered yet. */
async function readFirstData(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  headers: Headers,
): Promise<Uint8Array | undefined> {
  let { value } = await reader.read()
  if (!value || !isComment(value) || !/^text\/event-stream/i.test(headers.get('content-type') ?? '')) return value
  let next = value
  while (isComment(next)) {
    const read = await reader.read()
    if (!read.value) return value
    next = read.value
    value = joined(value, next)
    if (value.length > MAX_COMMENT_BYTES) return value
  }
  return value
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

async function failed(
  response: Response,
  { provider, prepared, credential }: AttemptOptions,
  deadlines: Deadlines,
): Promise<Attempt> {
  const body = await readWhole(response, MAX_ERROR_BYTES)
  deadlines.stop()
  if (response.status < 400) {
    const message = `The provider ${provider.title} answered with status ${response.status}, which is not followed. Check its base_url in sluice.yml.`
    return {
      ok: false,
      error: gatewayError('upstream-error', message, { origin: 'upstream', upstreamStatus: response.status }),
    }
  }
  const bytes = scrub(body ?? new Uint8Array(), credential)
  const text = new TextDecoder().decode(bytes)
  const error = prepared.decodeError(response.status, response.headers, parseJson(text) ?? text)
  return { ok: false, error, raw: { status: response.status, headers: response.headers, body: bytes } }
}

/** Some servers quote what they were sent: our credential must not reach the app in an error. */
function scrub(bytes: Uint8Array, credential: string | undefined): Uint8Array {
  if (!credential) return bytes
  const text = new TextDecoder().decode(bytes)
  return text.includes(credential) ? new TextEncoder().encode(text.replaceAll(credential, '[credential]')) : bytes
}

function emptyBody(provider: HttpProvider, deadlines: Deadlines): GatewayError {
  deadlines.stop()
  return gatewayError('upstream-error', `The provider ${provider.title} answered with an empty body.`, {
    origin: 'upstream',
  })
}

/** Network errors carry addresses and, in some runtimes, header text: only the kind of failure is told. */
function unreachable(provider: HttpProvider, error: unknown, clientGone: boolean): GatewayError {
  if (clientGone) return gatewayError('client-closed', 'The client closed the connection.')
  const name = error instanceof Error ? error.name : 'Error'
  return gatewayError(
    'upstream-unreachable',
    `The provider ${provider.title} could not be reached (${name}: connection failed or was cut before an answer). Try again later.`,
    { origin: 'upstream' },
  )
}
