/** A GatewayError -> this wire's error reply, and its exception event once a stream has begun. */

import type { GatewayError } from '../../ground/error.ts'
import { formatSse } from '../../ground/sse.ts'
import type { ErrorBody } from '../wire.ts'
import { EXCEPTION_OF_KIND } from './error-kinds.ts'

/** The body says only what happened; SDKs take the kind of exception from the header. */
export function encodeError(error: GatewayError, requestId: string): ErrorBody {
  const headers: Record<string, string> = {
    'x-amzn-requestid': requestId,
    'x-amzn-errortype': EXCEPTION_OF_KIND[error.kind],
  }
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000))
  return { status: error.status, headers, body: { message: error.message } }
}

/** Exceptions that the event stream's own model knows; other kinds are shown as the nearest of them. */
const STREAM_EXCEPTIONS: ReadonlySet<string> = new Set([
  'ValidationException',
  'ThrottlingException',
  'ServiceUnavailableException',
  'InternalServerException',
])

/** An exception event, in the text form that `encodeStream` describes. The stream ends there. */
export function encodeStreamError(error: GatewayError): string {
  const name = EXCEPTION_OF_KIND[error.kind]
  const known = STREAM_EXCEPTIONS.has(name)
    ? name
    : error.status < 500
      ? 'ValidationException'
      : 'InternalServerException'
  const event = `exception:${known.charAt(0).toLowerCase()}${known.slice(1)}`
  return formatSse(JSON.stringify({ message: error.message }), event)
}
