/** `cachePoint` blocks, which stand after what they cache <-> the hub's hint on the cached block itself. */

import type { CacheHint } from '../../ground/chat-call.ts'
import { isObject, type Json, type JsonObject } from '../../ground/json.ts'

/** The hint that a block stands for; undefined if it is no cache point, or one that says more than we know. */
export function decodeCachePoint(block: Json | undefined): CacheHint | undefined {
  const point = isObject(block) ? block.cachePoint : undefined
  if (!isObject(point) || point.type !== 'default') return undefined
  if (point.ttl === undefined || point.ttl === null || point.ttl === '5m') return { ttl: '5m' }
  return point.ttl === '1h' ? { ttl: '1h' } : undefined
}

/** The block to write after a cached one, if it is cached. Five minutes is the default and is left unsaid. */
export function encodeCachePoint(cache: CacheHint | undefined): JsonObject[] {
  if (!cache) return []
  return [{ cachePoint: cache.ttl === '1h' ? { type: 'default', ttl: '1h' } : { type: 'default' } }]
}
