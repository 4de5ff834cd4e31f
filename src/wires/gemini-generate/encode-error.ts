/** A GatewayError -> Google's error reply, and the last element of a stream that breaks off. */

import type { ErrorKind, GatewayError } from '../../ground/error.ts'
import type { Framing } from '../../ground/framing.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { ErrorBody } from '../wire.ts'

const STATUS_WORD: Readonly<Record<ErrorKind, string>> = {
  'invalid-request': 'INVALID_ARGUMENT',
  authentication: 'UNAUTHENTICATED',
  'insufficient-quota': 'RESOURCE_EXHAUSTED',
  permission: 'PERMISSION_DENIED',
  'not-found': 'NOT_FOUND',
  'method-not-allowed': 'UNIMPLEMENTED',
  'request-timeout': 'DEADLINE_EXCEEDED',
  conflict: 'ABORTED',
  'payload-too-large': 'INVALID_ARGUMENT',
  'unsupported-media-type': 'INVALID_ARGUMENT',
  unprocessable: 'INVALID_ARGUMENT',
  'context-too-long': 'INVALID_ARGUMENT',
  'content-filtered': 'INVALID_ARGUMENT',
  'rate-limited': 'RESOURCE_EXHAUSTED',
  'client-closed': 'CANCELLED',
  internal: 'INTERNAL',
  'not-supported': 'UNIMPLEMENTED',
  'upstream-error': 'INTERNAL',
  'upstream-unreachable': 'UNAVAILABLE',
  'upstream-credential': 'UNAVAILABLE',
  unavailable: 'UNAVAILABLE',
  overloaded: 'UNAVAILABLE',
  timeout: 'DEADLINE_EXCEEDED',
}

export function encodeError(error: GatewayError, requestId: string): ErrorBody {
  const headers: Record<string, string> = { 'x-request-id': requestId }
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000))
  return { status: error.status, headers, body: errorBody(error) }
}

/** An element of the stream that holds the error; of an array it is the last, and closes it. */
export function encodeStreamError(error: GatewayError, _requestId: string, framing: Framing = 'sse'): string {
  const body = JSON.stringify(errorBody(error))
  return framing === 'json-array' ? `,\r\n${body}]` : `data: ${body}\r\n\r\n`
}

export function errorBody(error: GatewayError): JsonObject {
  const details: JsonObject[] = []
  if (error.code)
    details.push({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: error.code, domain: 'sluice' })
  if (error.retryAfterMs !== undefined)
    details.push({
      '@type': 'type.googleapis.com/google.rpc.RetryInfo',
      retryDelay: `${Math.ceil(error.retryAfterMs / 1000)}s`,
    })
  return {
    error: {
      code: error.status,
      message: error.message,
      status: STATUS_WORD[error.kind],
      ...(details.length > 0 && { details }),
    },
  }
}
