/** A GatewayError -> this wire's error reply, and its error event once a stream has begun. */

import type { GatewayError } from '../../ground/error.ts'
import type { JsonObject } from '../../ground/json.ts'
import { formatSse } from '../../ground/sse.ts'
import type { ErrorBody } from '../wire.ts'
import { WORDS_OF_KIND } from './error-kinds.ts'

export function encodeError(error: GatewayError, requestId: string): ErrorBody {
  const headers: Record<string, string> = { 'x-request-id': requestId }
  if (error.retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000))
    headers['retry-after-ms'] = String(Math.ceil(error.retryAfterMs))
  }
  return { status: error.status, headers, body: envelope(error, '') }
}

/** An event that OpenAI's SDKs throw on. The stream ends there: no `[DONE]` follows. */
export function encodeStreamError(error: GatewayError, requestId: string): string {
  return formatSse(JSON.stringify(envelope(error, requestId)))
}

function envelope({ kind, message, param, code }: GatewayError, requestId: string): JsonObject {
  const words = WORDS_OF_KIND[kind]
  return {
    error: { message, type: words.type, param: param ?? null, code: code ?? words.code },
    ...(requestId && { request_id: requestId }),
  }
}
