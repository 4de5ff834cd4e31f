/** A GatewayError -> this wire's error reply, and its last event once a stream has begun. */

import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import { formatSse } from '../../ground/sse.ts'
import type { ErrorBody } from '../wire.ts'

export function encodeError(error: GatewayError, requestId: string): ErrorBody {
  const headers: Record<string, string> = { 'x-request-id': requestId }
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000))
  const type = error.kind === 'context-too-long' ? 'TOO_MANY_TOKENS' : undefined
  return {
    status: error.status,
    headers,
    body: compact({ id: requestId, message: error.message, error_type: type }),
  }
}

/** A `message-end` that says ERROR and why, which is how this API ends an answer that failed. No `[DONE]` follows. */
export function encodeStreamError(error: GatewayError, requestId: string): string {
  const delta = { error: error.message, finish_reason: 'ERROR' }
  return formatSse(JSON.stringify(compact({ type: 'message-end', id: requestId || undefined, delta })), 'message-end')
}
