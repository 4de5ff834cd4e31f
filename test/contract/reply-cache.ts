/** What every store of kept answers must do, whatever it keeps them in. */

import { beforeEach, describe, expect, it } from 'vitest'
import type { CacheQuestion, ReplyCache } from '../../src/ports/reply-cache.ts'

export interface CacheHarness {
  /** A shelf nobody used before, and one beside it. */
  fresh(): readonly [ReplyCache, ReplyCache]
  /** Lets so much time pass for the store's entries. */
  pass(cache: ReplyCache, ms: number): Promise<void>
}

const HOUR_MS = 3_600_000
const ID = 'a'.repeat(64)
const BUCKET = `b${'0'.repeat(63)}`

/** A direction in two dimensions, by its angle in degrees. */
function vector(degrees: number): Float32Array {
  const angle = (degrees * Math.PI) / 180
  return new Float32Array([Math.cos(angle), Math.sin(angle)])
}

function near(id: string, degrees: number, bucket = BUCKET): CacheQuestion {
  return { id: id.repeat(64), bucket, vector: vector(degrees) }
}

/** Defines the suite for one implementation. */
export function describeReplyCache(name: string, harness: CacheHarness): void {
  describe(`reply cache: ${name}`, () => {
    let cache: ReplyCache
    let beside: ReplyCache
    const exact: CacheQuestion = { id: ID, bucket: ID }
    const textOf = async (...args: Parameters<ReplyCache['find']>): Promise<string | undefined> =>
      (await cache.find(...args))?.text

    beforeEach(() => {
      ;[cache, beside] = harness.fresh()
    })

    it('finds what was kept, and nothing else', async () => {
      expect(await cache.find(exact, {})).toBeUndefined()
      await cache.keep(exact, '{"a":"ü\\ud800"}', HOUR_MS)
      const found = await cache.find(exact, {})
      expect(found).toMatchObject({ text: '{"a":"ü\\ud800"}', match: 'exact', similarity: 1 })
      expect(found?.storedAtMs).toEqual(expect.any(Number))
      const other = `${ID.slice(1)}b`
      expect(await cache.find({ id: other, bucket: other }, {})).toBeUndefined()
      expect(await cache.find({ id: other, bucket: ID }, {})).toBeUndefined()
    })

    it('keeps shelves apart', async () => {
      await cache.keep(near('1', 0), 'mine', HOUR_MS)
      expect(await beside.find(near('1', 0), { threshold: 0.5 })).toBeUndefined()
      await beside.keep(near('1', 0), 'theirs', HOUR_MS)
      expect(await textOf(near('1', 0), { threshold: 0.5 })).toBe('mine')
    })

    it('has the newest answer', async () => {
      await cache.keep(exact, 'old', HOUR_MS)
      await cache.keep(exact, 'new', HOUR_MS)
      expect(await textOf(exact, {})).toBe('new')
    })

    it('forgets when the time is over', async () => {
      await cache.keep(exact, 'x', HOUR_MS)
      await cache.keep(near('1', 0), 'y', HOUR_MS)
      await harness.pass(cache, HOUR_MS - 5000)
      expect(await textOf(exact, {})).toBe('x')
      await harness.pass(cache, 5000)
      expect(await textOf(exact, {})).toBeUndefined()
      expect(await textOf(near('2', 0), { threshold: 0.5 })).toBeUndefined()
      await cache.keep(exact, 'z', HOUR_MS)
      expect(await textOf(exact, {})).toBe('z')
    })

    it('gives no answer that is older than the caller takes', async () => {
      await cache.keep(near('1', 0), 'x', HOUR_MS)
      await harness.pass(cache, 60_000)
      for (const asked of [near('1', 0), near('2', 0)]) {
        expect(await textOf(asked, { threshold: 0.5, maxAgeMs: 30_000 })).toBeUndefined()
        expect(await textOf(asked, { threshold: 0.5, maxAgeMs: 90_000 })).toBe('x')
      }
    })

    it('finds the most similar question of the bucket that reaches the threshold', async () => {
      await cache.keep(near('1', 60), 'far', HOUR_MS)
      await cache.keep(near('2', 10), 'near', HOUR_MS)
      await cache.keep(near('3', 0, `b${'1'.repeat(63)}`), 'of another bucket', HOUR_MS)
      const found = await cache.find(near('4', 0), { threshold: 0.9 })
      expect(found).toMatchObject({ text: 'near', match: 'semantic' })
      expect(found?.similarity).toBeCloseTo(Math.cos(Math.PI / 18), 5)
      expect(await textOf(near('4', 0), { threshold: 0.99 })).toBeUndefined()
      expect(await textOf(near('4', 0), {})).toBeUndefined()
      expect(await textOf({ id: '4'.repeat(64), bucket: BUCKET }, { threshold: 0.9 })).toBeUndefined()
    })

    it('has the same question before one in other words', async () => {
      await cache.keep(near('1', 1), 'other words', HOUR_MS)
      await cache.keep(near('2', 0), 'the same', HOUR_MS)
      expect(await cache.find(near('2', 0), { threshold: 0.5 })).toMatchObject({ text: 'the same', match: 'exact' })
    })

    it('finds nothing alike whose vector has another length', async () => {
      await cache.keep({ id: ID, bucket: BUCKET, vector: new Float32Array([1, 0, 0]) }, 'x', HOUR_MS)
      expect(await textOf(near('1', 0), { threshold: 0.5 })).toBeUndefined()
    })

    it('keeps nothing that is too large for a row, and says nothing of it', async () => {
      await cache.keep(exact, 'ü'.repeat(800_000), HOUR_MS)
      expect(await textOf(exact, {})).toBeUndefined()
      const large = 'x'.repeat(1_000_000)
      await cache.keep(exact, large, HOUR_MS)
      expect(await textOf(exact, {})).toBe(large)
    })
  })
}
