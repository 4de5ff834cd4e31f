/** The isolate's side of the ledger: admits calls on leased slots and brings their rows to the accounts. */

import type { GatewayError } from '../../ground/error.ts'
import type { Result } from '../../ground/result.ts'
import type { Accounts, LedgerQuery, LedgerRow } from '../../ports/accounts.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemTimers, type Timers } from '../timers.ts'
import { AccountDesk } from './account-desk.ts'
import type { Load } from './load.ts'
import type { Slot, WaitUntil } from './slot.ts'

/** Calls in flight and rows not yet stored, together, that an isolate holds at most: about 10 MB. */
const MAX_UNSTORED = 10_000

export interface LedgerWriter {
  /**
   * The right to make one call: at once when the isolate holds a slot, else after one question to the account. Every
   * admitted call ends as exactly one row, also if the isolate dies. A question without any answer is asked again after 3 s, since
   * what asked it may have died; nobody waits longer than 5 s. Fails as `unavailable` then, at once when the account cannot be
   * reached, or when 10,000 calls wait to be stored. `waitUntil` must belong to the request that makes the call.
   */
  admit(organisation: string, team: string, waitUntil: WaitUntil): Slot | Promise<Result<Slot, GatewayError>>
  /** Settled calls of a team, newest first, those this isolate has not stored yet included. */
  find(organisation: string, team: string, query: LedgerQuery): Promise<Result<readonly LedgerRow[], GatewayError>>
  /** Stores all settled rows now, gives idle leases back, and says how many calls are still running or not yet stored. */
  flush(): Promise<number>
}

export interface LedgerWriterOptions {
  readonly accounts: Accounts
  readonly clock: Clock
  readonly timers?: Timers
  readonly maxUnstored?: number
}

/** One per isolate. */
export function createLedgerWriter(options: LedgerWriterOptions): LedgerWriter {
  const { accounts, clock, timers = systemTimers, maxUnstored = MAX_UNSTORED } = options
  const load: Load = { calls: 0, waitingRows: 0, limit: maxUnstored }
  const desks = new Map<string, AccountDesk>()
  const deskOf = (organisation: string, team: string): AccountDesk => {
    // With the length in front no two pairs of names give the same text.
    const name = `${organisation.length}:${organisation}${team}`
    let desk = desks.get(name)
    if (!desk) {
      desk = new AccountDesk({ account: accounts(organisation, team), clock, timers, load })
      desks.set(name, desk)
    }
    return desk
  }
  return {
    admit: (organisation, team, waitUntil) => deskOf(organisation, team).admit(waitUntil),
    find: (organisation, team, query) => deskOf(organisation, team).find(query),
    async flush() {
      await Promise.all([...desks.values()].map((desk) => desk.flush()))
      return load.calls + load.waitingRows
    },
  }
}
