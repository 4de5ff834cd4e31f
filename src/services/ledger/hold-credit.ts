/** Holds a call's credit on its lease: from what the isolate has, or after one report that asks for it. */

import { err, ok, type Result } from '../../ground/result.ts'
import type { Clock } from '../../ports/clock.ts'
import { type Timers, within } from '../timers.ts'
import type { Held, Need } from './lease-credit.ts'
import type { LeaseHold } from './lease-hold.ts'
import type { NoCredit } from './slot.ts'

const ANSWER_WITHIN_MS = 5000
/** A report without an answer for so long died with the request that carried it; the next one is sent anew. */
const REPORT_WITHIN_MS = 3000
/** The first report may be lost, and the second be one under way that knew nothing of the question. */
const MAX_ROUNDS = 4

export interface Asking {
  readonly hold: LeaseHold
  readonly needs: readonly Need[]
  readonly strict: boolean
  readonly clock: Clock
  readonly timers: Timers
  /** Sends the lease's next report or joins one under way; false when the account could not be reached. */
  send(): Promise<boolean>
}

/** At once when the isolate has the credit and need not write it down first. */
export function holdCredit(asking: Asking): Held | Promise<Result<Held, NoCredit>> {
  const { hold, needs, strict, clock } = asking
  const now = clock.now()
  const held = !strict && hold.trusted(now) ? hold.credit.take(needs, now, { strict, least: false }) : undefined
  return held ?? holdLater(asking)
}

async function holdLater({ hold, needs, strict, clock, timers, send }: Asking): Promise<Result<Held, NoCredit>> {
  const { credit } = hold
  const waiting = credit.wait(needs, strict)
  const deadlineMs = clock.now() + ANSWER_WITHIN_MS
  try {
    for (let round = 0; round < MAX_ROUNDS && credit.answered < waiting.question; round++) {
      const leftMs = deadlineMs - clock.now()
      if (leftMs <= 0) break
      const sent = await within(timers, Math.min(REPORT_WITHIN_MS, leftMs), send())
      if (sent === false) return err({ reason: 'unreachable' })
    }
    const now = clock.now()
    if (credit.answered < waiting.question || !hold.trusted(now)) return err({ reason: 'unreachable' })
    const held = credit.take(needs, now, { strict, least: true })
    if (held) return ok(held)
    const short = credit.shortage(needs)
    return err(short ? { reason: 'used-up', ...short } : { reason: 'unreachable' })
  } finally {
    waiting.done()
  }
}
