import { beforeEach, describe, expect, it } from 'vitest'
import { FakeTime } from '../../../test/support/fake-time.ts'
import type { ReplyClaim, ReplyStore } from '../../ports/replies.ts'
import { memoryReplies } from '../../stores/memory/reply-store.ts'
import { HeldClaim } from './held-claim.ts'

const CLAIM: ReplyClaim = { id: 'a', asked: 'b', holder: 'first' }
const OTHER: ReplyClaim = { ...CLAIM, holder: 'second' }
const REPLY = { requestId: 'first', status: 200, headers: {}, body: new Uint8Array([1]) }

let time: FakeTime
let store: ReplyStore
let calls: string[]

beforeEach(async () => {
  time = new FakeTime(1_000_000)
  const inner = memoryReplies(time)('org', 'blue')
  calls = []
  store = {
    claim(claim, waitMs) {
      calls.push('claim')
      return inner.claim(claim, waitMs)
    },
    keep: (claim, reply) => inner.keep(claim, reply),
    release: (claim) => inner.release(claim),
  }
  await inner.claim(CLAIM, 0)
})

function hold(waitUntil: (promise: Promise<unknown>) => void = () => undefined): HeldClaim {
  return new HeldClaim({ store, claim: CLAIM, timers: time, waitUntil })
}

describe('a held claim', () => {
  it('lasts as long as its call, and no longer than that', async () => {
    const held = hold()
    await time.advance(300_000)
    expect((await store.claim(OTHER, 0)).state).toBe('running')
    await held.release()
    expect((await store.claim(OTHER, 0)).state).toBe('yours')
    calls.length = 0
    await time.advance(300_000)
    expect(calls).toEqual([])
  })

  it('asks nothing of a call that ends soon', async () => {
    const held = hold()
    await time.advance(9_000)
    await held.keep(REPLY)
    expect(calls).toEqual([])
    expect((await store.claim(OTHER, 0)).state).toBe('kept')
  })

  it('ends once', async () => {
    const held = hold()
    await held.release()
    await held.keep(REPLY)
    expect((await store.claim(OTHER, 0)).state).toBe('yours')
  })

  it('is not held again by a renewal that was under way when it ended', async () => {
    const answer = Promise.withResolvers<void>()
    const { claim } = store
    store.claim = async (asked, waitMs) => {
      await answer.promise
      return claim(asked, waitMs)
    }
    const held = hold()
    await time.advance(10_000)
    const released = held.release()
    answer.resolve()
    await released
    expect((await claim(OTHER, 0)).state).toBe('yours')
  })

  it('keeps its context alive until it has ended, also when the store fails', async () => {
    let alive = true
    const held = hold((promise) => void promise.then(() => (alive = false)))
    store.keep = async () => {
      throw new Error('unreachable')
    }
    await time.advance(5_000)
    expect(alive).toBe(true)
    await held.keep(REPLY)
    await time.advance(0)
    expect(alive).toBe(false)
  })
})
