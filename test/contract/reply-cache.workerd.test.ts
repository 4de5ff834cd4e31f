/// <reference types="@cloudflare/vitest-plugin/types" />
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env as bindings } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { ReplyCache } from '../../src/ports/reply-cache.ts'
import type { AnswerCache } from '../../src/stores/durable/answer-cache.ts'
import { durableCaches } from '../../src/stores/durable/durable-caches.ts'
import { describeReplyCache } from './reply-cache.ts'

const env = bindings as unknown as { ANSWERS: DurableObjectNamespace<AnswerCache> } // a binding of test/support/wrangler.test.toml
const caches = durableCaches(env.ANSWERS)
const shelves = new WeakMap<ReplyCache, readonly string[]>()
let count = 0

function shelf(name: string): ReplyCache {
  const cache = caches('org', ['team', name])
  shelves.set(cache, ['team', name])
  return cache
}

function objectsOf(cache: ReplyCache): DurableObjectStub<AnswerCache>[] {
  return [...'0123456789abcdef'].map((digit) =>
    env.ANSWERS.getByName(JSON.stringify(['org', shelves.get(cache), digit])),
  )
}

describeReplyCache('AnswerCache Durable Object', {
  fresh: () => [shelf(`team ${++count}`), shelf(`other ${count}`)],
  async pass(cache, ms) {
    for (const stub of objectsOf(cache)) {
      await runInDurableObject(stub, (_, state) => {
        state.storage.sql.exec('UPDATE answers SET until_ms = until_ms - ?1, stored_at_ms = stored_at_ms - ?1', ms)
      })
    }
  },
})

describe('AnswerCache Durable Object', () => {
  const rows = (stub: DurableObjectStub<AnswerCache>): Promise<number> =>
    runInDurableObject(stub, (_, state) =>
      Number(state.storage.sql.exec('SELECT COUNT(*) AS count FROM answers').one().count),
    )

  it('sweeps what is over, and goes on until nothing is left', async () => {
    const cache = shelf('swept')
    const [stub] = objectsOf(cache)
    if (!stub) throw new Error('no object')
    for (let index = 0; index < 600; index++) {
      const id = index.toString(16).padStart(64, '0')
      await cache.keep({ id, bucket: id }, 'x', index === 0 ? 3_600_000 : 1)
    }
    expect(await rows(stub)).toBe(600)
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await rows(stub)).toBe(100)
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await rows(stub)).toBe(1)
  })

  it('forgets the oldest when it is full', async () => {
    const cache = shelf('full')
    const [stub] = objectsOf(cache)
    if (!stub) throw new Error('no object')
    const text = 'x'.repeat(1_400_000)
    let size = 0
    for (let index = 0; index < 130; index++) {
      const id = index.toString(16).padStart(64, '0')
      await cache.keep({ id, bucket: id }, text, 3_600_000)
      size = Math.max(size, await runInDurableObject(stub, (_, state) => state.storage.sql.databaseSize))
    }
    expect(size).toBeLessThan(140 * 1024 * 1024)
    const last = (129).toString(16).padStart(64, '0')
    expect(await cache.find({ id: last, bucket: last }, {})).toMatchObject({ text })
    const first = '0'.repeat(64)
    expect(await cache.find({ id: first, bucket: first }, {})).toBeUndefined()
  })
})
