/** Kept answers in memory, for tests: the same promises as the AnswerCache Durable Object. */

import type { Clock } from '../../ports/clock.ts'
import type { CacheQuestion, ReplyCache, ReplyCaches } from '../../ports/reply-cache.ts'
import { type CacheEntry, found, isFresh, MAX_COMPARED, MAX_TEXT_BYTES, nearest } from '../cache-rules.ts'

interface MemoryEntry extends CacheEntry {
  readonly bucket: string
}

export function memoryCaches(clock: Clock): ReplyCaches {
  const caches = new Map<string, ReplyCache>()
  return (organisation, shelf) => {
    const name = JSON.stringify([organisation, shelf])
    const cache = caches.get(name) ?? createCache(clock)
    caches.set(name, cache)
    return cache
  }
}

function createCache(clock: Clock): ReplyCache {
  const entries = new Map<string, MemoryEntry>()
  return {
    async find({ id, bucket, vector }, terms) {
      const nowMs = clock.now()
      const same = entries.get(id)
      if (same && isFresh(same, terms, nowMs)) return found(same, 'exact', 1)
      if (!vector || terms.threshold === undefined) return undefined
      const others = [...entries.values()]
        .filter((entry) => entry.bucket === bucket && isFresh(entry, terms, nowMs))
        .toReversed()
        .slice(0, MAX_COMPARED)
      const near = nearest(others, vector, terms.threshold)
      return near && found(near.entry, 'semantic', near.similarity)
    },
    async keep({ id, bucket, vector }: CacheQuestion, text, ttlMs) {
      if (new TextEncoder().encode(text).length > MAX_TEXT_BYTES) return
      const storedAtMs = clock.now()
      entries.delete(id) // the newest stand last
      entries.set(id, { bucket, vector, text, storedAtMs, untilMs: storedAtMs + ttlMs })
      for (const [key, { untilMs }] of entries) if (untilMs <= storedAtMs) entries.delete(key)
    },
  }
}
