/** The arithmetic of credit that every account store shares: at every grant, spent + reserved is at most the limit. */

import type { CounterTerms, CreditKind, CreditReport } from '../ports/credit.ts'

/** What one lease has of one counter: totals since the lease began. */
export interface Holding {
  readonly granted: number
  readonly spent: number
  readonly returned: number
}

/** What all leases together did to one counter. */
export interface Tally {
  readonly spent: number
  readonly reserved: number
}

export const NO_HOLDING: Holding = { granted: 0, spent: 0, returned: 0 }
export const NO_TALLY: Tally = { spent: 0, reserved: 0 }

/** Grants beyond what calls wait for leave three quarters of the rest to others, so that they shrink towards the end. */
const SHARE_OF_THE_REST = 4

/** Granted and neither spent nor returned. */
export function outstanding({ granted, spent, returned }: Holding): number {
  return Math.max(0, granted - spent - returned)
}

/** What a holding adds to its counter. Once the lease has ended without a word, what was outstanding counts as spent. */
export function tallyOf(holding: Holding, kind: CreditKind, ended: boolean): Tally {
  const open = outstanding(holding)
  if (!ended) return { spent: holding.spent, reserved: open }
  // Calls under way ended with their isolate.
  return { spent: kind === 'held' ? holding.spent : holding.spent + open, reserved: 0 }
}

/** A report in whole units, rounded up: one bad figure must not keep an isolate's rows from being stored. */
export function wholeReport(report: CreditReport): CreditReport {
  const whole = (value: number): number => (Number.isFinite(value) ? Math.ceil(Math.max(0, value)) : 0)
  const { spent, returned, least, need, want, smallest } = report
  return {
    ...report,
    spent: whole(spent),
    returned: whole(returned),
    least: whole(least),
    need: whole(need),
    want: whole(want),
    ...(smallest !== undefined && { smallest: whole(smallest) }),
  }
}

/** The holding after a report. What was spent beyond the credit is spent all the same: the truth counts. */
export function noteReport(before: Holding, report: Pick<CreditReport, 'spent' | 'returned'>): Holding {
  const spent = Math.max(before.spent, report.spent)
  const returned = Math.max(before.returned, report.returned)
  return { spent, returned, granted: Math.max(before.granted, spent + returned) }
}

/** The holding of a lease that was closed: nothing is left with it. */
export function closeHolding(holding: Holding): Holding {
  return { ...holding, returned: holding.returned + outstanding(holding) }
}

/** The total granted after a report, when `free` of the limit is neither spent nor reserved; without `free` there is no limit. */
export function grantedCredit(
  holding: Holding,
  asked: Pick<CreditReport, 'least' | 'need' | 'want'>,
  free?: number,
): number {
  const { granted } = holding
  const least = Math.max(granted, asked.least)
  const need = Math.max(least, asked.need)
  const want = Math.max(need, asked.want)
  if (free === undefined) return want
  if (granted + free < least) return granted
  if (granted + free < need) return granted + free
  return Math.min(want, need + Math.floor((granted + free - need) / SHARE_OF_THE_REST))
}

/** A tally with one holding's part of it replaced. */
export function movedTally(tally: Tally, before: Tally, after: Tally): Tally {
  return {
    spent: tally.spent - before.spent + after.spent,
    reserved: tally.reserved - before.reserved + after.reserved,
  }
}

/** The terms of a report without what it reports. */
export function termsOf({
  limit,
  scope,
  startMs,
  sinceMs,
  untilMs,
  kind,
  bound,
  shared,
  watch,
}: CounterTerms): CounterTerms {
  return {
    limit,
    scope,
    startMs,
    sinceMs,
    untilMs,
    kind,
    ...(bound !== undefined && { bound }),
    ...(shared && { shared }),
    ...(watch && { watch }),
  }
}
