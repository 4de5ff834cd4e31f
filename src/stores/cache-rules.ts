/** When a kept answer counts and which of several is the nearest: the rules every store of answers shares. */

import type { CacheFound, CacheTerms, KeptAnswer } from '../ports/reply-cache.ts'

/** Questions of one bucket that are compared: the newest. */
export const MAX_COMPARED = 256
/** A text beyond this is not kept. In UTF-8 bytes; a row of a Durable Object may have 2 MB. */
export const MAX_TEXT_BYTES = 1_500_000

export interface CacheEntry extends KeptAnswer {
  readonly untilMs: number
  readonly vector?: Float32Array | undefined
}

/** Whether an entry's time has not come and the caller takes one of its age. */
export function isFresh(
  { untilMs, storedAtMs }: Omit<CacheEntry, 'text'>,
  { maxAgeMs }: CacheTerms,
  nowMs: number,
): boolean {
  return nowMs < untilMs && (maxAgeMs === undefined || nowMs - storedAtMs <= maxAgeMs)
}

/** The most similar entry that reaches the threshold, the newest of equals; give the newest first. */
export function nearest<Entry extends Pick<CacheEntry, 'vector'>>(
  entries: Iterable<Entry>,
  vector: Float32Array,
  threshold: number,
): { readonly entry: Entry; readonly similarity: number } | undefined {
  let best: { entry: Entry; similarity: number } | undefined
  for (const entry of entries) {
    const similarity = entry.vector ? cosine(vector, entry.vector) : -1
    if (similarity >= threshold && similarity > (best?.similarity ?? -1)) best = { entry, similarity }
  }
  return best
}

export function found(entry: KeptAnswer, match: CacheFound['match'], similarity: number): CacheFound {
  return { text: entry.text, storedAtMs: entry.storedAtMs, match, similarity }
}

/** Of vectors of length one; those of different length are not alike at all. */
function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return -1
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0)
  return Math.min(1, sum)
}
