/** How a route's answers are kept, merged from what its policies say. */

import { CACHE_SCOPES, type CacheDocument, type CacheScope } from './cache-document.ts'

export interface CacheSettings {
  /** How long an answer is kept. */
  readonly ttlMs: number
  /** Who gets a kept answer. */
  readonly scope: CacheScope
  /** How alike questions in other words must be, 0.5 to 1; absent: only the same question gets the answer. */
  readonly semanticThreshold?: number
}

const USUAL_TTL_MS = 3_600_000
const USUAL_SCOPE: CacheScope = 'team'

/** The strictest of what was said: one `off` wins, then the shortest time, the narrowest scope, the highest threshold. Undefined: no cache. */
export function cacheSettings(said: readonly CacheDocument[]): CacheSettings | undefined {
  const asked = said.flatMap((cache) => (cache === 'off' ? [] : cache))
  if (asked.length === 0 || asked.length < said.length) return undefined
  const scopes = asked.flatMap(({ scope }) => scope ?? [])
  const semantics = asked.flatMap(({ semantic }) => semantic ?? [])
  const thresholds = semantics.flatMap((semantic) => (semantic === 'off' ? [] : semantic.threshold))
  const semantic = thresholds.length > 0 && thresholds.length === semantics.length
  const ttls = asked.flatMap(({ ttl }) => ttl ?? [])
  return {
    ttlMs: ttls.length > 0 ? Math.min(...ttls) : USUAL_TTL_MS,
    scope: CACHE_SCOPES.find((scope) => scopes.includes(scope)) ?? USUAL_SCOPE,
    ...(semantic && { semanticThreshold: Math.max(...thresholds) }),
  }
}
