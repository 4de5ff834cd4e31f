/** A GatewayError -> this wire's error reply, and its error event once a stream has begun. */

import type { GatewayError } from '../../ground/error.ts'
import type { JsonObject } from '../../ground/json.ts'
import { formatSse } from '../../ground/sse.ts'
import type { ErrorBody } from '../wire.ts'
import { TYPE_OF_KIND } from './error-kinds.ts'

export function encodeError(error: GatewayError, requestId: string): ErrorBody {
  const headers: Record<string, string> = { 'request-id': requestId }
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000))
  return { status: isLostThread(error) ? 404 : error.status, headers, body: envelope(error, requestId) }
}

/** The official SDK sends the whole conversation again when it is told in these words that an earlier reply is not kept. */
function isLostThread({ code }: GatewayError): boolean {
  return code === 'previous_response_not_found'
}

/** An `event: error`. The stream ends there: no `message_stop` follows. */
export function encodeStreamError(error: GatewayError, requestId: string): string {
  return formatSse(JSON.stringify(envelope(error, requestId)), 'error')
}

function envelope(error: GatewayError, requestId: string): JsonObject {
  return {
    type: 'error',
    error: isLostThread(error)
      ? { type: 'not_found_error', message: error.message, details: { error_code: 'thread_not_found' } }
      : { type: TYPE_OF_KIND[error.kind], message: error.message },
    ...(requestId && { request_id: requestId }),
  }
}
