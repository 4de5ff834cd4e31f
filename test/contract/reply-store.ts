/** What every store of replies must do, whatever it keeps them in. */

import { beforeEach, describe, expect, it } from 'vitest'
import type { KeptReply, ReplyClaim, ReplyStore } from '../../src/ports/replies.ts'

export interface ReplyHarness {
  /** The replies of a team nobody used before. */
  fresh(): ReplyStore
  /** Lets so much time pass for the store's entries. */
  pass(store: ReplyStore, ms: number): Promise<void>
}

const DAY_MS = 24 * 60 * 60 * 1000
const REPLY: KeptReply = {
  requestId: 'req_a_1',
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  body: new Uint8Array([0, 255, 10, 13, 128]),
}

function claim(holder: string, fields: Partial<ReplyClaim> = {}): ReplyClaim {
  return { id: 'a'.repeat(64), asked: 'b'.repeat(64), holder, ...fields }
}

/** Defines the suite for one implementation. */
export function describeReplyStore(name: string, harness: ReplyHarness): void {
  describe(`reply store: ${name}`, () => {
    let store: ReplyStore
    const stateOf = async (by: ReplyClaim, waitMs = 0): Promise<string> => (await store.claim(by, waitMs)).state

    beforeEach(() => {
      store = harness.fresh()
    })

    it('gives a key to the first who claims it, also when it claims again', async () => {
      expect(await stateOf(claim('first'))).toBe('yours')
      expect(await stateOf(claim('first'))).toBe('yours')
      expect(await stateOf(claim('second'))).toBe('running')
      expect(await stateOf(claim('other', { id: 'c'.repeat(64) }))).toBe('yours')
    })

    it('gives back a kept answer byte for byte', async () => {
      await store.claim(claim('req_a_1'), 0)
      await store.keep(claim('req_a_1'), REPLY)
      expect(await store.claim(claim('second'), 0)).toEqual({ state: 'kept', reply: REPLY })
      await store.keep(claim('req_a_1'), REPLY)
      expect(await stateOf(claim('req_a_1'))).toBe('kept')
    })

    it('keeps an empty answer as an answer', async () => {
      await store.claim(claim('first'), 0)
      await store.keep(claim('first'), { ...REPLY, requestId: 'first', body: new Uint8Array() })
      expect(await store.claim(claim('second'), 0)).toMatchObject({ state: 'kept', reply: { body: new Uint8Array() } })
    })

    it('says when a key was used for something else, while it runs and afterwards', async () => {
      const other = claim('second', { asked: 'd'.repeat(64) })
      await store.claim(claim('first'), 0)
      expect(await stateOf(other, 10_000)).toBe('different')
      await store.keep(claim('first'), REPLY)
      expect(await stateOf(other)).toBe('different')
    })

    it('remembers that there was an answer which is not kept', async () => {
      await store.claim(claim('first'), 0)
      await store.keep(claim('first'), undefined)
      expect(await stateOf(claim('second'))).toBe('unkept')
    })

    it('frees a key that is given up, but only for its holder', async () => {
      await store.claim(claim('first'), 0)
      await store.release(claim('second'))
      expect(await stateOf(claim('second'))).toBe('running')
      await store.release(claim('first'))
      expect(await stateOf(claim('second'))).toBe('yours')
      await store.keep(claim('first'), REPLY)
      expect(await stateOf(claim('third'))).toBe('running')
    })

    it('does not give up an answer', async () => {
      await store.claim(claim('first'), 0)
      await store.keep(claim('first'), REPLY)
      await store.release(claim('first'))
      expect(await stateOf(claim('second'))).toBe('kept')
    })

    it('wakes those who wait when the call ends, one of them to make it again', async () => {
      await store.claim(claim('first'), 0)
      const waiting = [store.claim(claim('second'), 20_000), store.claim(claim('third'), 20_000)]
      await store.release(claim('first'))
      const winner = await Promise.race(waiting)
      expect(winner.state).toBe('yours')
      const holder = (await stateOf(claim('second'))) === 'yours' ? 'second' : 'third'
      await store.keep(claim(holder), { ...REPLY, requestId: holder })
      const states = (await Promise.all(waiting)).map(({ state }) => state).sort()
      expect(states).toEqual(['kept', 'yours'])
    })

    it('waits no longer than it is told to', async () => {
      await store.claim(claim('first'), 0)
      expect(await stateOf(claim('second'), 50)).toBe('running')
    })

    it('frees the key of a holder that is not heard of again, unless it claims in time', async () => {
      await store.claim(claim('first'), 0)
      await harness.pass(store, 20_000)
      await store.claim(claim('first'), 0)
      await harness.pass(store, 20_000)
      expect(await stateOf(claim('second'))).toBe('running')
      await harness.pass(store, 11_000)
      expect(await stateOf(claim('second'))).toBe('yours')
    })

    it('forgets an answer after a day', async () => {
      await store.claim(claim('first'), 0)
      await store.keep(claim('first'), REPLY)
      await harness.pass(store, DAY_MS - 60_000)
      expect(await stateOf(claim('second'))).toBe('kept')
      await harness.pass(store, 61_000)
      expect(await stateOf(claim('second'))).toBe('yours')
    })
  })
}
