/** What Bedrock says when it refuses, or amid a stream -> a GatewayError. */

import { type ErrorKind, type GatewayError, gatewayError, kindOfStatus } from '../../ground/error.ts'
import { asNumber, asString, isObject, type Json } from '../../ground/json.ts'
import { retryAfterMs } from '../retry-after.ts'
import { KIND_OF_EXCEPTION, KIND_OF_MESSAGE } from './error-kinds.ts'

const LONGEST_MESSAGE = 2000

/** From an HTTP error reply: the body is only `{message}`; what kind it is stands in `x-amzn-errortype`. */
export function decodeError(status: number, headers: Headers, body: Json): GatewayError {
  const said = headers.get('x-amzn-errortype') ?? (isObject(body) ? asString(body.__type) : undefined)
  const error = errorOfException(said ?? '', body, status)
  const delayMs = retryAfterMs(headers)
  return { ...error, ...(delayMs !== undefined && { retryAfterMs: delayMs }) }
}

/**
 * From an exception's name (`ValidationException`, in streams `validationException`, sometimes with a namespace or an
 * address around it) and its body. Errors amid a stream have no status of their own.
 */
export function errorOfException(name: string, body: Json, status?: number): GatewayError {
  const type = plainName(name)
  const cause = isObject(body) ? asNumber(body.originalStatusCode) : undefined
  const text =
    messageOf(body) ?? `The provider answered with ${type || `status ${status ?? 'unknown'}`} and no message.`
  const message = text.slice(0, LONGEST_MESSAGE)
  return gatewayError(kindOf(type, { message, status, cause }), message, {
    origin: 'upstream',
    ...(type !== '' && { upstreamType: type, code: type }),
    ...(status !== undefined && { upstreamStatus: status }),
  })
}

/** `com.amazon.coral.service#ThrottlingException:http://...` -> `ThrottlingException`. */
function plainName(name: string): string {
  const bare = name.split(':')[0] ?? ''
  const last = bare.slice(bare.lastIndexOf('#') + 1).trim()
  return last.charAt(0).toUpperCase() + last.slice(1)
}

function messageOf(body: Json): string | undefined {
  if (typeof body === 'string') return body.trim() || undefined
  if (!isObject(body)) return undefined
  const message = asString(body.message) ?? asString(body.Message)
  const original = asString(body.originalMessage)
  if (message && original && !message.includes(original)) return `${message} ${original}`
  return message || original || (Object.keys(body).length > 0 ? JSON.stringify(body) : undefined)
}

interface Facts {
  readonly message: string
  readonly status: number | undefined
  /** The status that the model itself gave, behind Bedrock. */
  readonly cause: number | undefined
}

function kindOf(type: string, { message, status, cause }: Facts): ErrorKind {
  const word = type.toLowerCase()
  const byType = Object.hasOwn(KIND_OF_EXCEPTION, word) ? KIND_OF_EXCEPTION[word] : undefined
  if (byType === 'upstream-error' && cause !== undefined && BUSY.has(cause)) return kindOfStatus(cause)
  const kind = byType ?? kindOfBareStatus(status)
  if (kind !== 'invalid-request') return kind
  return KIND_OF_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? kind
}

const BUSY: ReadonlySet<number> = new Set([429, 503, 529])

/** 424 is this API's word for a failure of the model. */
function kindOfBareStatus(status: number | undefined): ErrorKind {
  return status === undefined || status < 400 || status === 424 ? 'upstream-error' : kindOfStatus(status)
}
