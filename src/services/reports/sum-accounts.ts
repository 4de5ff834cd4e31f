/** Asks every team's account for the same sums. */

import type { AccountStore, CostGroup, CostRange, GroupField } from '../../ports/accounts.ts'

/** The accounts a report reads. */
export interface ReportLedger {
  /** Teams that may have an account. */
  teams(): Promise<readonly string[]>
  account(team: string): AccountStore
}

/** The sums of all teams, or of those named in `where.team`; groups of different accounts stand side by side. */
export async function sumAccounts(
  ledger: ReportLedger,
  groupBy: readonly GroupField[],
  range: CostRange,
): Promise<CostGroup[]> {
  const teams = range.where?.team ?? (await ledger.teams())
  const sums = await Promise.all([...new Set(teams)].map((team) => ledger.account(team).costs(groupBy, range)))
  return sums.flat()
}
