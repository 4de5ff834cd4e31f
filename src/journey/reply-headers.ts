/** Headers of every reply: ours that explain it, and the few of the provider's that clients rely on. */

import { formatDollars } from '../ground/money.ts'
import { warningsHeader } from '../ground/warning.ts'
import type { CallRecord } from './call-record.ts'

const KEPT = /^(?:retry-after(?:-ms)?|x-ratelimit-.+|anthropic-ratelimit-.+|openai-processing-ms|x-should-retry)$/

/**
 * Our headers for a call; values are visible ASCII whatever the route or target is called. The cost stands on replies that
 * are settled before their headers leave, so not on streams.
 */
export function replyHeaders(record: CallRecord, contentType: string): Headers {
  const headers = new Headers({ 'content-type': contentType })
  setRequestId(headers, record.requestId)
  if (record.route) headers.set('x-sluice-route', ascii(record.route))
  if (record.target) headers.set('x-sluice-target', ascii(record.target))
  const model = record.answeredModel ?? record.targetModel
  if (model) headers.set('x-sluice-model', ascii(model))
  if (record.settled)
    headers.set('x-sluice-cost', record.costNano === undefined ? 'unknown' : formatDollars(record.costNano))
  headers.set('x-sluice-cache', record.cache ?? 'none')
  if (record.warnings.length) headers.set('x-sluice-warnings', warningsHeader(record.warnings))
  return headers
}

/** The request id under the names the official SDKs read. */
export function setRequestId(headers: Headers, requestId: string): void {
  headers.set('x-sluice-request-id', requestId)
  headers.set('x-request-id', requestId)
  headers.set('request-id', requestId)
}

/** Copies the provider's rate-limit and retry headers. */
export function keepUpstreamHeaders(from: Headers, to: Headers): void {
  for (const [name, value] of from) {
    if (KEPT.test(name)) to.set(name, value)
  }
}

function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (character) => encodeURIComponent(character))
}
