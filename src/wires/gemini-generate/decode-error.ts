/** What Google says when it refuses -> a GatewayError. */

import { compact } from '../../ground/compact.ts'
import { type ErrorKind, type GatewayError, gatewayError, kindOfStatus } from '../../ground/error.ts'
import { asArray, asNumber, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { lookUp } from '../look-up.ts'
import { retryAfterMs } from '../retry-after.ts'

const KIND_OF_STATUS_WORD: Readonly<Record<string, ErrorKind>> = {
  INVALID_ARGUMENT: 'invalid-request',
  FAILED_PRECONDITION: 'invalid-request',
  OUT_OF_RANGE: 'invalid-request',
  UNAUTHENTICATED: 'upstream-credential',
  PERMISSION_DENIED: 'upstream-credential',
  NOT_FOUND: 'not-found',
  RESOURCE_EXHAUSTED: 'rate-limited',
  INTERNAL: 'upstream-error',
  UNKNOWN: 'upstream-error',
  UNAVAILABLE: 'unavailable',
  DEADLINE_EXCEEDED: 'timeout',
  CANCELLED: 'upstream-error',
}

/** A bad key is an invalid argument here (difference 36), and so is a prompt that is too long. */
const KIND_OF_MESSAGE: readonly (readonly [RegExp, ErrorKind])[] = [
  [/api key (not valid|expired|not found)|api[_ ]key[_ ]invalid|pass a valid api key/i, 'upstream-credential'],
  [
    /token count .*exceeds|exceeds the maximum number of (input )?tokens|input context is too long/i,
    'context-too-long',
  ],
]

const LONGEST_MESSAGE = 2000

/** From an HTTP error reply. */
export function decodeError(status: number, headers: Headers, body: Json): GatewayError {
  const error = errorOfBody(body, status)
  return compact({ ...error, retryAfterMs: retryAfterMs(headers) ?? error.retryAfterMs })
}

/** From a body alone; a stream may hold one, and Vertex sends it within a list. */
export function errorOfBody(body: Json | undefined, status: number | undefined): GatewayError {
  const facts = errorFacts(body)
  const known = status ?? asNumber(facts?.code)
  const said = asString(facts?.message) ?? plainMessage(body)
  const text = (said ?? `The provider answered with status ${known ?? 'unknown'} and no message.`).slice(
    0,
    LONGEST_MESSAGE,
  )
  const word = asString(facts?.status)
  const byWord = lookUp(KIND_OF_STATUS_WORD, word)
  const byMessage = KIND_OF_MESSAGE.find(([pattern]) => pattern.test(text))?.[1]
  const byStatus = known === undefined || known < 400 ? undefined : kindOfStatus(known)
  const kind = byMessage ?? byWord ?? byStatus ?? 'upstream-error'
  return gatewayError(
    kind,
    text,
    compact({
      origin: 'upstream' as const,
      code: word,
      upstreamType: word,
      upstreamStatus: known,
      retryAfterMs: retryDelayMs(facts),
    }),
  )
}

/** The error that a body with status 200 is, if it is one. */
export function isErrorBody(body: Json | undefined): boolean {
  return !isObject(body) || isObject(body.error) || typeof body.error === 'string'
}

/** What gateways before Google's own servers say: plain text, `{message}`, or OAuth's `{error, error_description}`. */
function plainMessage(body: Json | undefined): string | undefined {
  const fields = asObject(body)
  const words = [
    asString(body),
    asString(fields?.error_description),
    asString(fields?.message),
    asString(fields?.error),
  ]
  return words.map((word) => word?.trim()).find((word) => word)
}

function errorFacts(body: Json | undefined): JsonObject | undefined {
  const envelope = asObject(Array.isArray(body) ? body[0] : body)
  return asObject(envelope?.error)
}

/** `google.rpc.RetryInfo` says the wait as text: "48s", "1.5s". */
function retryDelayMs(facts: JsonObject | undefined): number | undefined {
  for (const detail of asArray(facts?.details)) {
    const match = /^(\d+(?:\.\d+)?)s$/.exec(asString(asObject(detail)?.retryDelay) ?? '')
    if (match) return Math.ceil(Number(match[1]) * 1000)
  }
  return undefined
}
