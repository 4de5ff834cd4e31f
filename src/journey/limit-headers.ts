/** Rate-limit headers of a reply: what its limits leave, in the words of the caller's format. */

import type { LimitState } from '../services/limits/limit-state.ts'
import type { CallRecord } from './call-record.ts'
import type { Endpoint } from './endpoint.ts'

/** Sets them over those of the provider, whose limits are the operator's and not the app's. */
export function setLimitHeaders(
  headers: Headers,
  endpoint: Pick<Endpoint, 'wire'>,
  record: CallRecord,
  nowMs: number,
): void {
  const states = record.limitStates
  if (!states || states.length === 0) return
  const style = 'rateLimitHeaders' in endpoint.wire ? endpoint.wire.rateLimitHeaders : undefined
  for (const state of states) {
    for (const [name, value] of style ? style(state) : openStyle(state, nowMs)) headers.set(name, value)
  }
}

/** As OpenAI writes them, and most others after it. */
function openStyle({ unit, amount, remaining, resetAtMs }: LimitState, nowMs: number): [string, string][] {
  return [
    [`x-ratelimit-limit-${unit}`, String(amount)],
    [`x-ratelimit-remaining-${unit}`, String(remaining)],
    [`x-ratelimit-reset-${unit}`, spanText(Math.max(0, resetAtMs - nowMs))],
  ]
}

/** `6m0s`, `1s`, `20ms`: durations as OpenAI's headers have them. */
function spanText(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`
  const seconds = Math.ceil(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return `${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds % 60}s`
}
