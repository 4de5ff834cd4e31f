/** The credit of one account: takes reports, grants within the limits, and books what lost leases held. */

import type { CounterName, CounterTerms, CreditGrant, CreditKind, CreditReport } from '../ports/credit.ts'
import {
  closeHolding,
  grantedCredit,
  type Holding,
  movedTally,
  NO_HOLDING,
  NO_TALLY,
  noteReport,
  outstanding,
  type Tally,
  tallyOf,
  termsOf,
  wholeReport,
} from './escrow-rules.ts'

export interface KnownHolding extends Holding {
  readonly name: CounterName
  readonly kind: CreditKind
}

/** Told of a watched counter whenever it may have grown. `refused`: a call waits that what is left does not cover. */
export type Notice = (terms: CounterTerms, spent: number, refused: boolean) => void

/** Where an account keeps its counters; each method reads or writes one or few rows. */
export interface EscrowTables {
  tally(name: CounterName): Tally | undefined
  /** The sum over the counter's limit and scope from `sinceMs` on. */
  tallySince(name: CounterName, sinceMs: number): Tally
  setTally(name: CounterName, tally: Tally, untilMs: number): void
  /** The terms of a watched counter, for when its lease is lost. */
  watched(name: CounterName): CounterTerms | undefined
  setWatched(terms: CounterTerms): void
  holding(leaseId: string, name: CounterName): Holding | undefined
  holdings(leaseId: string): readonly KnownHolding[]
  setHolding(leaseId: string, holding: KnownHolding): void
  upstream(name: CounterName): Upstream | undefined
  upstreams(): readonly Upstream[]
  setUpstream(upstream: Upstream): void
}

/** A team's part of a limit that all teams share: what its account has from the organisation's, in totals that never fall. */
export interface Upstream {
  readonly terms: CounterTerms
  readonly granted: number
  readonly returned: number
  /** Of `returned`, what the organisation is known to have heard. */
  readonly told: number
  /** The most that was ever reported as spent. */
  readonly spent: number
  /** What all teams together have, as the organisation's account said last. */
  readonly known: Tally
  readonly reportedAtMs: number
}

/** `ended`: the lease's time was over, so nothing is granted and what it holds counts as spent. */
export type LeaseState = 'open' | 'closing' | 'ended'

/** Notes the reports of one lease and answers each with what it has now. Call inside a transaction. */
export function takeCredit(
  tables: EscrowTables,
  leaseId: string,
  state: LeaseState,
  reports: readonly CreditReport[],
  notice: Notice,
): CreditGrant[] {
  const whole = reports.map(wholeReport)
  const grants = whole.map((report) => takeReport(tables, leaseId, state === 'ended', report, notice))
  // A close says that nothing is in flight: whatever is outstanding comes back, also where a grant's answer was lost.
  if (state === 'closing') for (const known of tables.holdings(leaseId)) release(tables, leaseId, known)
  return grants
}

/** Counts what an ended lease still held as spent and says how many nano-dollars that was. Call once, inside a transaction. */
export function endCredit(tables: EscrowTables, leaseId: string, notice: Notice): number {
  for (const known of tables.holdings(leaseId)) {
    const open = outstanding(known)
    if (open === 0) continue
    move(tables, known.name, tallyOf(known, known.kind, false), tallyOf(known, known.kind, true))
    const terms = tables.watched(known.name)
    if (terms) notice(terms, tables.tallySince(terms, terms.sinceMs).spent, false)
  }
  return heldNano(tables, leaseId)
}

/** Nano-dollars that a lease holds and has not accounted for. */
export function heldNano(tables: EscrowTables, leaseId: string): number {
  const held = new Map<string, number>()
  for (const known of tables.holdings(leaseId)) {
    if (known.kind === 'money') held.set(known.name.limit, (held.get(known.name.limit) ?? 0) + outstanding(known))
  }
  // Several limits hold the same money of the same calls: the one that held most says how much it was.
  return Math.max(0, ...held.values())
}

/** Gives back what a lease that had ended held, because it was closed after all. Call inside a transaction. */
export function releaseEnded(tables: EscrowTables, leaseId: string): void {
  for (const known of tables.holdings(leaseId)) {
    const closed = { ...known, ...closeHolding(known) }
    tables.setHolding(leaseId, closed)
    move(tables, known.name, tallyOf(known, known.kind, true), tallyOf(closed, known.kind, true))
  }
}

function takeReport(
  tables: EscrowTables,
  leaseId: string,
  ended: boolean,
  report: CreditReport,
  notice: Notice,
): CreditGrant {
  const { limit, scope, startMs, kind, sinceMs, bound } = report
  const name = { limit, scope, startMs }
  const before = tables.holding(leaseId, name) ?? NO_HOLDING
  const noted = noteReport(before, report)
  const tally = movedTally(tables.tally(name) ?? NO_TALLY, tallyOf(before, kind, ended), tallyOf(noted, kind, ended))
  tables.setTally(name, tally, report.untilMs)
  const upstream = report.shared ? tables.upstream(name) : undefined
  const known = report.shared ? (upstream?.known ?? NO_TALLY) : tables.tallySince(name, sinceMs)
  const part = report.shared
    ? (upstream ? upstream.granted - upstream.returned : 0) - tally.spent - tally.reserved
    : undefined
  const free = bound === undefined ? undefined : Math.max(0, part ?? bound - known.spent - known.reserved)
  const granted = ended ? noted.granted : grantedCredit(noted, report, free)
  const extra = granted - noted.granted
  if (extra > 0) tables.setTally(name, { ...tally, reserved: tally.reserved + extra }, report.untilMs)
  tables.setHolding(leaseId, { ...noted, granted, name, kind })
  if (report.watch && !report.shared) {
    tables.setWatched(termsOf(report))
    notice(report, known.spent, !ended && isRefused(report, granted, known.spent))
  }
  // What the organisation granted to the team is reserved there already.
  return { ...name, granted, spent: known.spent, reserved: known.reserved + (report.shared ? 0 : extra) }
}

/** A waiting call got nothing, and would get nothing if all others gave back what they hold. */
function isRefused({ bound, least, smallest }: CreditReport, granted: number, spent: number): boolean {
  return bound !== undefined && smallest !== undefined && granted < least && smallest > bound - spent
}

function release(tables: EscrowTables, leaseId: string, known: KnownHolding): void {
  if (outstanding(known) === 0) return
  const closed = { ...known, ...closeHolding(known) }
  tables.setHolding(leaseId, closed)
  move(tables, known.name, tallyOf(known, known.kind, false), tallyOf(closed, known.kind, false))
}

function move(tables: EscrowTables, name: CounterName, before: Tally, after: Tally): void {
  const tally = tables.tally(name)
  if (tally) tables.setTally(name, movedTally(tally, before, after), 0)
}
