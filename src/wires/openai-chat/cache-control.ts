/** `cache_control` as OpenRouter, LiteLLM and Databricks take it on content parts and tools <-> the hub's cache hint. */

import type { CacheHint } from '../../ground/chat-call.ts'
import { isObject, type Json, type JsonObject } from '../../ground/json.ts'

/** Undefined when there is no breakpoint; a lifetime other than an hour is five minutes, the default. */
export function decodeCache(value: Json | undefined): CacheHint | undefined {
  if (!isObject(value)) return undefined
  return { ttl: value.ttl === '1h' ? '1h' : '5m' }
}

export function encodeCache(cache: CacheHint): JsonObject {
  return cache.ttl === '1h' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' }
}
