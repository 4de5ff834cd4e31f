/** What a provider says when it refuses -> a GatewayError. */

import { type ErrorKind, type GatewayError, gatewayError, kindOfStatus } from '../../ground/error.ts'
import { asNumber, asString, isObject, type Json } from '../../ground/json.ts'
import { lookUp } from '../look-up.ts'
import { retryAfterMs } from '../retry-after.ts'
import { KIND_OF_MESSAGE, KIND_OF_TYPE } from './error-kinds.ts'

const LONGEST_MESSAGE = 2000

/** From an HTTP error reply: this wire's envelope, or those of hosts that speak it (plain text, `{message}`, Google's). */
export function decodeError(status: number, headers: Headers, body: Json): GatewayError {
  const error = errorOfBody(body, status)
  const delayMs = retryAfterMs(headers)
  const shouldRetry = headers.get('x-should-retry')
  return {
    ...error,
    ...(delayMs !== undefined && { retryAfterMs: delayMs }),
    ...((shouldRetry === 'true' || shouldRetry === 'false') && { retryable: shouldRetry === 'true' }),
  }
}

/** From a body alone; `status` is unknown for errors that arrive inside a stream. */
export function errorOfBody(body: Json, status: number | undefined): GatewayError {
  const { type, message, code, codeStatus } = partsOf(body)
  const known = status ?? codeStatus
  const text = clean(message ?? `The provider answered with status ${known ?? 'unknown'} and no message.`)
  return gatewayError(kindOf(type, text, known), text, {
    origin: 'upstream',
    ...(type !== undefined && { upstreamType: type }),
    ...(code !== undefined && { code }),
    ...(known !== undefined && { upstreamStatus: known }),
  })
}

interface ErrorParts {
  readonly type?: string | undefined
  readonly message?: string | undefined
  readonly code?: string | undefined
  /** An HTTP status that Google and OpenRouter repeat in the body. */
  readonly codeStatus?: number | undefined
}

function partsOf(body: Json): ErrorParts {
  // Google wraps errors of streaming methods in a list.
  if (Array.isArray(body)) return body.length > 0 ? partsOf(body[0] ?? null) : {}
  if (typeof body === 'string') return body.trim() ? { message: body } : {}
  if (!isObject(body)) return {}
  const inner = body.error
  if (isObject(inner))
    return {
      type: asString(inner.type),
      message: asString(inner.message) ?? JSON.stringify(inner),
      code: asString(inner.status) ?? asString(inner.code),
      codeStatus: asNumber(inner.code),
    }
  const message = asString(inner) ?? asString(body.message) ?? asString(body.Message) ?? asString(body.detail)
  return { message: message ?? JSON.stringify(body) }
}

function kindOf(type: string | undefined, message: string, status: number | undefined): ErrorKind {
  const byType = lookUp(KIND_OF_TYPE, type)
  const byStatus = status === undefined || status < 400 ? undefined : kindOfStatus(status)
  // `api_error` only says that it is the provider's fault; 503 and 504 say more.
  const kind = (byType === 'upstream-error' ? byStatus : undefined) ?? byType ?? byStatus ?? 'upstream-error'
  if (kind !== 'invalid-request' && kind !== 'upstream-error' && kind !== 'payload-too-large') return kind
  return KIND_OF_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? kind
}

/** Cut to a readable length, and without anything that looks like an API key. */
function clean(message: string): string {
  return message.slice(0, LONGEST_MESSAGE).replace(/\bsk-[\w-]{8,}/g, 'sk-...')
}
