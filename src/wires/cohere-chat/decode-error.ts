/** What a provider of this wire says when it refuses -> a GatewayError. */

import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asString, isObject, type Json } from '../../ground/json.ts'
import { errorOfBody as commonOfBody, decodeError as decodeCommon } from '../openai-chat/decode-error.ts'

/**
 * From an HTTP error reply: `{id, message, error_type?}`. Status 498 says that the prompt or the answer was blocked, 499
 * that the request was given up; both are this provider's own.
 */
export function decodeError(status: number, headers: Headers, body: Json): GatewayError {
  return precise(decodeCommon(status === 498 || status === 499 ? 400 : status, headers, body), status)
}

/** From a body alone, of an error that arrives inside a reply that began well. */
export function errorOfBody(body: Json | undefined): GatewayError {
  return precise(commonOfBody(body, undefined), undefined)
}

/** Whether a body that came with status 200 is no reply: `{id, message: "text"}`, or another envelope of errors. */
export function isErrorBody(body: Json): boolean {
  if (!isObject(body)) return true
  if (asString(body.message) !== undefined) return true
  return body.message === undefined && (body.error !== undefined || body.detail !== undefined)
}

function precise(error: GatewayError, status: number | undefined): GatewayError {
  const { message, ...details } = error
  const known = compact({ ...details, upstreamStatus: status ?? error.upstreamStatus })
  if (status === 498) return { ...known, ...blank(gatewayError('content-filtered', message)) }
  if (status === 499) return { ...known, ...blank(gatewayError('upstream-error', message)) }
  if (error.upstreamType === 'TOO_MANY_TOKENS') return { ...known, ...blank(gatewayError('context-too-long', message)) }
  return { ...known, message }
}

/** What follows from the kind; where the error came from stays as it was. */
function blank({ kind, message, status, retryable }: GatewayError): GatewayError {
  return { kind, message, status, retryable, origin: 'upstream' }
}
