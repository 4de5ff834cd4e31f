/** Replies in memory, for tests: the same promises as the Replies Durable Object. */

import type { Clock } from '../../ports/clock.ts'
import type { Claimed, KeptReply, ReplyClaim, ReplyStore, ReplyStores } from '../../ports/replies.ts'
import { CLAIM_MS, judgeClaim, KEEP_MS, mayAnswer, type ReplyEntry } from '../reply-rules.ts'
import { Waiters } from '../waiters.ts'

interface MemoryEntry extends ReplyEntry {
  readonly reply?: KeptReply
}

export function memoryReplies(clock: Clock): ReplyStores {
  const stores = new Map<string, ReplyStore>()
  return (organisation, team) => {
    const name = JSON.stringify([organisation, team])
    const store = stores.get(name) ?? createStore(clock)
    stores.set(name, store)
    return store
  }
}

function createStore(clock: Clock): ReplyStore {
  const entries = new Map<string, MemoryEntry>()
  const waiters = new Waiters()
  const claimNow = (claim: ReplyClaim): Claimed => {
    const entry = entries.get(claim.id)
    const state = judgeClaim(entry, claim, clock.now())
    if (state === 'kept') return entry?.reply ? { state, reply: entry.reply } : { state: 'unkept' }
    if (state === 'yours') {
      const { id, asked, holder } = claim
      entries.set(id, { asked, holder, state: 'running', untilMs: clock.now() + CLAIM_MS })
    }
    return { state }
  }
  return {
    async claim(claim, waitMs) {
      const deadlineMs = clock.now() + waitMs
      for (;;) {
        const claimed = claimNow(claim)
        const leftMs = deadlineMs - clock.now()
        if (claimed.state !== 'running' || leftMs <= 0) return claimed
        await waiters.wait(claim.id, leftMs)
      }
    },
    async keep(claim, reply) {
      if (!mayAnswer(entries.get(claim.id), claim)) return
      const state = reply ? 'kept' : 'unkept'
      const { id, asked, holder } = claim
      entries.set(id, { asked, holder, state, untilMs: clock.now() + KEEP_MS, ...(reply && { reply }) })
      waiters.wake(id)
    },
    async release(claim) {
      const entry = entries.get(claim.id)
      if (entry?.state !== 'running' || !mayAnswer(entry, claim)) return
      entries.delete(claim.id)
      waiters.wake(claim.id)
    },
  }
}
