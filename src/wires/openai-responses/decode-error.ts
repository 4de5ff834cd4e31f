/** What a provider says when it refuses, or fails within a reply that began well -> a GatewayError. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { errorOfBody } from '../openai-chat/decode-error.ts'

/** The envelopes of HTTP errors are those of Chat Completions, xAI's `{code, error}` among them. */
export { decodeError } from '../openai-chat/decode-error.ts'

/** Codes of a response that failed because of what the client sent, such as `invalid_image_url`. */
const CLIENT_FAULT = /^(invalid_|empty_|unsupported_)?(base64_)?image|failed_to_download_image|vector_store_not_found/

/** The error of a response whose `status` is `failed`, or that has an `error`. */
export function responseError(response: JsonObject): GatewayError {
  if (response.error === undefined || response.error === null)
    return gatewayError('upstream-error', 'The provider ended the response as failed and did not say why.', {
      origin: 'upstream',
    })
  return named(errorOfBody({ error: response.error }, undefined))
}

/** An `error` event: OpenAI documents `{type, code, message, param}` and sends `{type, error: {...}}` (stream-error). */
export function eventError(event: Json): GatewayError {
  if (!isObject(event) || isObject(event.error) || typeof event.error === 'string')
    return named(errorOfBody(event, undefined))
  const { type: _, sequence_number: __, ...error } = event
  return named(errorOfBody({ error }, undefined))
}

function named(error: GatewayError): GatewayError {
  if (error.kind !== 'upstream-error' || error.code === undefined || !CLIENT_FAULT.test(error.code)) return error
  const { kind: _, message, status: __, retryable: ___, ...details } = error
  return gatewayError('invalid-request', message, details)
}

/** Whether a body that came with status 200 is an error all the same. */
export function isErrorBody(body: JsonObject): boolean {
  if (body.error !== undefined && body.error !== null) return true
  if (body.status === 'failed') return true
  if (Array.isArray(body.output)) return false
  return (
    body.object === 'error' ||
    body.type === 'error' ||
    ['detail', 'message', 'errors', 'error_code'].some((field) => field in body)
  )
}

/** The error that a whole body is, if it is one. */
export function errorOfWhole(body: Json): GatewayError | undefined {
  if (!isObject(body)) return strange('a body that is not a JSON object')
  if (body.status === 'failed') return responseError(body)
  if (isErrorBody(body)) return eventError(body)
  return Array.isArray(body.output) ? undefined : strange('a body without output')
}

function strange(what: string): GatewayError {
  return gatewayError('upstream-error', `The provider answered with ${what}.`, { origin: 'upstream' })
}
