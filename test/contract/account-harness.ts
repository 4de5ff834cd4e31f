/** What the contract of accounts needs from each implementation, and what its parts share. */

import type { AccountStore, LedgerQuery, LedgerRow, SyncReport } from '../../src/ports/accounts.ts'

export interface AccountHarness {
  /** An account nobody used before, of team `blue`. */
  fresh(): AccountStore
  /** The account of another team of the same organisation. */
  sibling(account: AccountStore, team: string): AccountStore
  /** Lets the time of every open lease of the account run out, and what ends leases run. */
  expireLeases(account: AccountStore): Promise<void>
}

/** A report that says only what is given. */
export function report(leaseId: string, fields: Partial<SyncReport> = {}): SyncReport {
  return { leaseId, used: 0, rows: [], want: 0, close: false, ...fields }
}

/** Up to 1,000 rows. */
export async function allRows(account: AccountStore, query: Partial<LedgerQuery> = {}): Promise<readonly LedgerRow[]> {
  return (await account.rows({ limit: 1000, ...query })).rows
}
