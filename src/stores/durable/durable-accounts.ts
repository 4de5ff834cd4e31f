/** Finds teams' accounts among Durable Objects. */

import { type RandomBytes, randomBase62, secureRandomBytes } from '../../ground/ids.ts'
import type { Accounts } from '../../ports/accounts.ts'
import { decodeCursor } from '../cursor.ts'
import type { Account } from './account.ts'
import { organisationName, teamName } from './account-name.ts'
import { callObject } from './call-object.ts'

/** Accounts on the namespace's objects, one per organisation and team. Errors of the runtime are thrown. */
export function durableAccounts(
  namespace: DurableObjectNamespace<Account>,
  randomBytes: RandomBytes = secureRandomBytes,
): Accounts {
  return (organisation, team) => {
    const name = teamName(organisation, team)
    // A stub belongs to the request that made it, so each call makes its own.
    const account = (): DurableObjectStub<Account> => namespace.getByName(name)
    return {
      openLease(want) {
        // The id is chosen here so that a repeated call finds the lease it opened the first time.
        const leaseId = randomBase62(12, randomBytes)
        return callObject(() => account().openLease(leaseId, team, want))
      },
      sync: (report) => callObject(() => account().sync(report, team, organisation)),
      async rows(query) {
        // A bad cursor is the caller's mistake: it stops here, not as an uncaught error in the object.
        if (query.cursor !== undefined) decodeCursor(query.cursor)
        return callObject(() => account().rows(query))
      },
      costs: (groupBy, range) => callObject(() => account().costs(groupBy, range)),
      rate: (rating) => callObject(() => account().rate(rating)),
      arms: (query) => callObject(() => account().arms(query)),
      reprice: (calls, rehearse = false) => callObject(() => account().reprice(calls, team, rehearse)),
      counters: () => callObject(() => account().counters()),
      unreported: () => callObject(() => account().unreported()),
      alerts: (query) => callObject(() => account().alerts(query)),
      sharedAlerts: (query) => callObject(() => namespace.getByName(organisationName(organisation)).alerts(query)),
    }
  }
}
