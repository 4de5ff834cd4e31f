/** What a server of this wire says when it refuses, `{"error": "text"}` -> a GatewayError. */

import { isObject, type Json } from '../../ground/json.ts'

export { decodeError, errorOfBody } from '../openai-chat/decode-error.ts'

/** Whether a body or a line of a stream that came with status 200 is an error. */
export function isErrorBody(body: Json | undefined): boolean {
  return !isObject(body) || (body.error !== undefined && body.error !== null)
}
