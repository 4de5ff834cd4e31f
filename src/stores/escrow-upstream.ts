/** How a team's account gets its part of limits that all teams share: as a lease does from it, with totals that never fall. */

import type { CreditGrant, CreditReport } from '../ports/credit.ts'
import type { EscrowTables, Upstream } from './escrow-book.ts'
import { NO_HOLDING, NO_TALLY, termsOf } from './escrow-rules.ts'

/** The organisation hears this often of limits that are only counted, and of credit that nobody here needs. */
const TELL_EVERY_MS = 1000
/** Credit fetched ahead is at most this share of the limit, so that other teams find some too. */
const AHEAD_SHARE = 8
/** What a team keeps unused while others may need it is at most this share of the limit. */
const KEPT_SHARE = 64

/** A team in the books of its organisation. Lease ids are base62, so no lease has this name. */
export function teamAsLease(team: string): string {
  return `team:${team}`
}

/** What to tell the organisation's account after one lease's reports, so that what calls wait for can be granted. Often nothing. */
export function upwardReports(
  tables: EscrowTables,
  leaseId: string,
  reports: readonly CreditReport[],
  nowMs: number,
): CreditReport[] {
  return reports.flatMap((report) => {
    if (!report.shared) return []
    const { granted } = tables.holding(leaseId, report) ?? NO_HOLDING
    const { spent, reserved } = tables.tally(report) ?? NO_TALLY
    const upstream = tables.upstream(report) ?? fresh(report)
    const lack = (total: number): number => Math.max(0, total - granted)
    const free = upstream.granted - upstream.returned - spent - reserved
    const lacking = lack(Math.max(report.need, report.want))
    const excess = report.bound === undefined ? 0 : excessOf(free - lacking, report.bound)
    const short = report.bound !== undefined && free < lacking
    const stale = nowMs - upstream.reportedAtMs >= TELL_EVERY_MS
    if (!(short || (stale && (report.bound === undefined || excess > 0)))) return []
    const returned = upstream.returned + excess
    const used = returned + spent + reserved
    const ahead = short
      ? Math.min(Math.max(0, lack(report.want) - lack(report.need)) * 2, Math.floor((report.bound ?? 0) / AHEAD_SHARE))
      : 0
    const need = used + lack(report.need)
    const least = used + lack(report.least)
    const asked = { spent, least, need, want: need + ahead }
    const own = { ...upstream, returned }
    return [upward(report, own, report.smallest === undefined ? asked : { ...asked, smallest: report.smallest })]
  })
}

function excessOf(unused: number, bound: number): number {
  return Math.max(0, unused - Math.floor(bound / KEPT_SHARE))
}

/** What to tell while leases are open of credit that nobody here has needed for a while, so that other teams may have it. */
export function excessReports(tables: EscrowTables, nowMs: number): CreditReport[] {
  return tables.upstreams().flatMap((upstream) => {
    const { spent, reserved } = tables.tally(upstream.terms) ?? NO_TALLY
    const { bound } = upstream.terms
    if (bound === undefined || nowMs - upstream.reportedAtMs < TELL_EVERY_MS) return []
    const excess = excessOf(upstream.granted - upstream.returned - spent - reserved, bound)
    if (excess === 0) return []
    const returned = upstream.returned + excess
    return [upward(upstream.terms, { ...upstream, returned }, { spent, least: 0, need: 0, want: 0 })]
  })
}

/** Notes what reports give back, before they are sent: from then on nobody here may use it. Call inside a transaction. */
export function noteReturns(tables: EscrowTables, reports: readonly CreditReport[]): void {
  for (const report of reports) {
    const before = tables.upstream(report)
    if (before && report.returned > before.returned) tables.setUpstream({ ...before, returned: report.returned })
  }
}

/** What to tell when no lease of the team is open: everything unused goes back, and what was spent is known. */
export function closingReports(tables: EscrowTables): CreditReport[] {
  return tables.upstreams().flatMap((upstream) => {
    const { spent, reserved } = tables.tally(upstream.terms) ?? NO_TALLY
    const kept = upstream.returned + Math.max(upstream.spent, spent + reserved)
    const unused = Math.max(0, upstream.granted - kept)
    if (unused === 0 && spent <= upstream.spent && upstream.returned === upstream.told) return []
    const returned = upstream.returned + unused
    return [upward(upstream.terms, { ...upstream, returned }, { spent, least: 0, need: 0, want: 0 })]
  })
}

/** What to tell now and then while leases are open, so that alerts on what teams share do not wait for the next question. */
export function spentReports(tables: EscrowTables): CreditReport[] {
  return tables.upstreams().flatMap((upstream) => {
    const { spent } = tables.tally(upstream.terms) ?? NO_TALLY
    if (!upstream.terms.watch || spent <= upstream.spent) return []
    return [upward(upstream.terms, upstream, { spent, least: 0, need: 0, want: 0 })]
  })
}

/** Keeps the organisation's answer to those reports. */
export function noteGrants(
  tables: EscrowTables,
  sent: readonly CreditReport[],
  grants: readonly CreditGrant[],
  nowMs: number,
): void {
  for (const [index, report] of sent.entries()) {
    const grant = grants[index]
    if (!grant) continue
    const terms = termsOf(report)
    const { spent, returned } = report
    // Another question may have been answered in the meantime.
    const before = tables.upstream(terms) ?? fresh(terms)
    tables.setUpstream({
      terms: { ...terms, shared: true },
      granted: Math.max(before.granted, grant.granted),
      returned: Math.max(before.returned, returned),
      told: Math.max(before.told, returned),
      spent: Math.max(before.spent, spent),
      known: { spent: grant.spent, reserved: grant.reserved },
      reportedAtMs: nowMs,
    })
  }
}

type Asked = Pick<CreditReport, 'spent' | 'least' | 'need' | 'want' | 'smallest'>

function upward(terms: Upstream['terms'], upstream: Upstream, asked: Asked): CreditReport {
  const { shared: _, ...own } = termsOf(terms)
  return {
    ...own,
    ...asked,
    // What was booked for a lost lease and came back is used for later calls; the organisation goes on counting it.
    spent: Math.max(upstream.spent, asked.spent),
    returned: upstream.returned,
  }
}

function fresh(terms: Upstream['terms']): Upstream {
  return { terms, granted: 0, returned: 0, told: 0, spent: 0, known: NO_TALLY, reportedAtMs: 0 }
}
