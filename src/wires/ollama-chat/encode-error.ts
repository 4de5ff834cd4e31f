/** A GatewayError -> this wire's error reply, and its last line once a stream has begun. */

import type { GatewayError } from '../../ground/error.ts'
import type { ErrorBody } from '../wire.ts'

/** The one field that Ollama's clients read. */
export function encodeError(error: GatewayError, requestId: string): ErrorBody {
  const headers: Record<string, string> = { 'x-request-id': requestId }
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000))
  return { status: error.status, headers, body: { error: error.message } }
}

/** A line at which Ollama's clients throw. The stream ends there: no line with `done` follows. */
export function encodeStreamError(error: GatewayError): string {
  return `${JSON.stringify({ error: error.message })}\n`
}
