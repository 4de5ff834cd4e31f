/** The JSON object that an event of a stream carries, or the error that it is. */

import type { GatewayError } from '../ground/error.ts'
import { isObject, type JsonObject, parseJson } from '../ground/json.ts'
import type { SseEvent } from '../ground/sse.ts'
import { errorOfBody } from './openai-chat/decode-error.ts'

/** OpenAI's `error` events, `{error: ...}` under any name, and text that is no JSON are errors. */
export function eventBody({ event, data }: SseEvent): { body: JsonObject } | { error: GatewayError } {
  const body = parseJson(data)
  const failed = event === 'error' || !isObject(body) || body.type === 'error' || (body.error ?? null) !== null
  return failed || !isObject(body) ? { error: errorOfBody(body ?? data, undefined) } : { body }
}
