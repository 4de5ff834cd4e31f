/** A GatewayError -> this wire's error reply, and its error event once a stream has begun. */

import type { GatewayError } from '../../ground/error.ts'
import type { JsonObject } from '../../ground/json.ts'
import { formatSse } from '../../ground/sse.ts'
import { WORDS_OF_KIND } from '../openai-chat/error-kinds.ts'

/** HTTP errors have the envelope of Chat Completions. */
export { encodeError } from '../openai-chat/encode-error.ts'

/**
 * The `error` event, in the flat form that OpenAI documents and with the object that it sends; OpenAI's SDKs throw on
 * either. The stream ends there.
 */
export function encodeStreamError(error: GatewayError, requestId: string): string {
  return errorEvent(error, 0, requestId)
}

/** The same event with its place in a stream that numbers its events. */
export function errorEvent(error: GatewayError, sequence: number, requestId: string): string {
  const { message, param = null } = error
  const { type, code } = errorWords(error)
  const event = {
    type: 'error',
    sequence_number: sequence,
    code,
    message,
    param,
    error: { type, code, message, param },
    ...(requestId && { request_id: requestId }),
  }
  return formatSse(JSON.stringify(event), 'error')
}

/** The words of a failed response's `error`. */
export function errorWords({ kind, code }: GatewayError): JsonObject {
  const words = WORDS_OF_KIND[kind]
  return { type: words.type, code: code ?? words.code ?? words.type }
}
