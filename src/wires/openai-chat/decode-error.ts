/** What a provider says when it refuses -> a GatewayError. */

import { compact } from '../../ground/compact.ts'
import { type ErrorKind, type GatewayError, gatewayError, kindOfStatus } from '../../ground/error.ts'
import type { Json } from '../../ground/json.ts'
import { lookUp } from '../look-up.ts'
import { retryAfterMs } from '../retry-after.ts'
import { type ErrorFacts, errorFacts } from './error-facts.ts'
import { KIND_OF_CODE, KIND_OF_MESSAGE, VAGUE_KINDS } from './error-kinds.ts'

const LONGEST_MESSAGE = 2000

/** From an HTTP error reply. The provider's words are kept; what looks like a key in them is not. */
export function decodeError(status: number, headers: Headers, body: Json): GatewayError {
  const error = errorOfBody(body, status)
  const delayMs = retryAfterMs(headers) ?? error.retryAfterMs
  const shouldRetry = headers.get('x-should-retry')
  return compact({
    ...error,
    retryAfterMs: delayMs,
    retryable: shouldRetry === 'true' || shouldRetry === 'false' ? shouldRetry === 'true' : error.retryable,
  })
}

/** From a body alone; `status` is unknown for errors that arrive inside a reply that began well. */
export function errorOfBody(body: Json | undefined, status: number | undefined): GatewayError {
  const facts = errorFacts(body)
  const known = status ?? facts.status
  const text = clean(facts.message ?? `The provider answered with status ${known ?? 'unknown'} and no message.`)
  const kind = kindOf(facts, text, status)
  return gatewayError(
    kind,
    text,
    compact({
      origin: 'upstream' as const,
      code: facts.code,
      param: facts.param,
      upstreamType: facts.type,
      upstreamStatus: known,
      retryAfterMs: kind === 'rate-limited' ? waitInText(text) : undefined,
    }),
  )
}

function kindOf({ code, type, status: inner }: ErrorFacts, message: string, status: number | undefined): ErrorKind {
  const kind =
    busyKind(status) ??
    wordKind(code, type) ??
    statusKind(status) ??
    statusKind(inner) ??
    lookUp(VAGUE_TYPES, type) ??
    'upstream-error'
  if (!VAGUE_KINDS.has(kind)) return kind
  const said = KIND_OF_MESSAGE.find(([pattern]) => pattern.test(message))?.[1]
  // An over-long prompt is refused with 429 by some and with 500 by others; a rate limit stays one otherwise.
  if (kind === 'rate-limited') return said === 'insufficient-quota' || said === 'context-too-long' ? said : kind
  return said ?? kind
}

/** A status that says exactly what is wrong, where words such as `server_error` only say whose fault it is. */
function busyKind(status: number | undefined): ErrorKind | undefined {
  return status === 503 || status === 529 ? kindOfStatus(status) : undefined
}

/** Types that many vendors write at any status: they count only where there is none. */
const VAGUE_TYPES: Readonly<Record<string, ErrorKind>> = { invalid_request_error: 'invalid-request' }

function wordKind(code: string | undefined, type: string | undefined): ErrorKind | undefined {
  return lookUp(KIND_OF_CODE, code) ?? lookUp(KIND_OF_CODE, type)
}

function statusKind(status: number | undefined): ErrorKind | undefined {
  return status === undefined || status < 400 ? undefined : kindOfStatus(status)
}

/** OpenAI and Groq say the wait in the sentence too: "Please try again in 7.66s" or "in 120ms". */
function waitInText(message: string): number | undefined {
  const match = /try again in (?:(\d+)m(?!s))?([\d.]+)(ms|s)/i.exec(message)
  if (!match) return undefined
  const seconds = Number(match[1] ?? 0) * 60
  return Math.ceil(seconds * 1000 + Number(match[2]) * (match[3] === 'ms' ? 1 : 1000))
}

/** Cut to a readable length, and without anything that looks like an API key. */
function clean(message: string): string {
  return message.slice(0, LONGEST_MESSAGE).replace(/\b(sk|gsk|xai|key|hf|pplx|csk)[-_][\w*-]{8,}/g, '$1-...')
}
