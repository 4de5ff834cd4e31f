/** How a call ends without an answer: an error in the client's wire, and its row. */

import type { GatewayError } from '../ground/error.ts'
import type { RawFailure } from './attempt.ts'
import type { CallRecord } from './call-record.ts'
import type { Endpoint } from './endpoint.ts'
import { keepUpstreamHeaders, replyHeaders, setRequestId } from './reply-headers.ts'

/** Writes the row of a refused or failed call and answers in the client's wire. */
export function refuse(error: GatewayError, endpoint: Endpoint, record: CallRecord): Response {
  record.settle({
    outcome: error.kind === 'client-closed' ? 'aborted' : record.attempts === 0 ? 'refused' : 'error',
    status: error.status,
    usageSource: 'unknown',
    error,
    unbilled: error.upstreamStatus !== undefined && error.upstreamStatus >= 400,
  })
  const encoded = endpoint.wire.encodeError(error, record.requestId)
  const headers = replyHeaders(record, 'application/json')
  for (const [name, value] of Object.entries(encoded.headers)) headers.set(name, value)
  // Official SDKs take every 429 for one that passes.
  if (encoded.status === 429 && !error.retryable) headers.set('x-should-retry', 'false')
  return new Response(JSON.stringify(encoded.body), { status: encoded.status, headers })
}

/** The provider's own error, byte for byte, for a client that speaks its wire; its row. */
export function passOnFailure(error: GatewayError, raw: RawFailure, record: CallRecord): Response {
  record.settle({ outcome: 'error', status: raw.status, usageSource: 'unknown', error, unbilled: true })
  const headers = replyHeaders(record, raw.headers.get('content-type') ?? 'application/json')
  keepUpstreamHeaders(raw.headers, headers)
  return new Response(raw.body, { status: raw.status, headers })
}

/** An error before any key was known: nobody's account, so no row. */
export function refuseStranger(error: GatewayError, endpoint: Pick<Endpoint, 'wire'>, requestId: string): Response {
  const encoded = endpoint.wire.encodeError(error, requestId)
  const headers = new Headers({ 'content-type': 'application/json', ...encoded.headers })
  setRequestId(headers, requestId)
  return new Response(JSON.stringify(encoded.body), { status: encoded.status, headers })
}
