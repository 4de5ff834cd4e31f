/** `cache_control` <-> the hub's cache hint. */

import type { CacheHint } from '../../ground/chat-call.ts'
import { isObject, type Json, type JsonObject } from '../../ground/json.ts'

/** As a field to spread into a hub block; empty when there is no breakpoint. A breakpoint without `ttl` lives five minutes. */
export function decodeCache(cacheControl: Json | undefined): { cache?: CacheHint } {
  if (!isObject(cacheControl) || cacheControl.type !== 'ephemeral') return {}
  return { cache: { ttl: cacheControl.ttl === '1h' ? '1h' : '5m' } }
}

/** As a field to spread into a wire block. Five minutes is the default and is left unsaid, for hosts that know no `ttl`. */
export function encodeCache(cache: CacheHint | undefined): { cache_control?: JsonObject } {
  if (!cache) return {}
  return { cache_control: cache.ttl === '1h' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' } }
}
