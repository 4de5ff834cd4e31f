/** When a repeated call gets the first one's answer: the rules every store of replies shares. */

import type { Claimed, ReplyClaim } from '../ports/replies.ts'

/** How long an answer is kept. */
export const KEEP_MS = 24 * 60 * 60 * 1000

/** How long a claim lasts when its holder is not heard of again. */
export const CLAIM_MS = 30_000

export type EntryState = 'running' | 'kept' | 'unkept'

/** What is known of one idempotency key. */
export interface ReplyEntry {
  readonly asked: string
  readonly holder: string
  readonly state: EntryState
  readonly untilMs: number
}

/** What a claim comes to. */
export function judgeClaim(entry: ReplyEntry | undefined, claim: ReplyClaim, nowMs: number): Claimed['state'] {
  if (!entry || entry.untilMs <= nowMs) return 'yours'
  if (entry.asked !== claim.asked) return 'different'
  if (entry.state !== 'running') return entry.state
  return entry.holder === claim.holder ? 'yours' : 'running'
}

/** Whether a holder may still write its answer: nobody else has taken the claim. */
export function mayAnswer(entry: ReplyEntry | undefined, claim: ReplyClaim): boolean {
  return !entry || (entry.holder === claim.holder && entry.asked === claim.asked)
}
