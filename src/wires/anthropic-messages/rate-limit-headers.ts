/** What is left of a limit, in the headers that Anthropic's API and its SDKs know. */

import type { RateLimitState } from '../wire.ts'

export function rateLimitHeaders({ unit, amount, remaining, resetAtMs }: RateLimitState): [string, string][] {
  const name = `anthropic-ratelimit-${unit}`
  return [
    [`${name}-limit`, String(amount)],
    [`${name}-remaining`, String(remaining)],
    [`${name}-reset`, `${new Date(resetAtMs).toISOString().slice(0, 19)}Z`],
  ]
}
