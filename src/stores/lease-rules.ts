/** The arithmetic of leases that every account store and the isolate's ledger writer share. */

import type { LedgerRow } from '../ports/accounts.ts'
import { effectiveCost } from './reprice-rules.ts'

/** The most unused slots one lease may hold: what a crash can leave in doubt. */
const MAX_UNUSED_SLOTS = 4096

/** The most slots one lease may ever have; then the isolate opens another, so that ending a lease stays a short job. */
const MAX_LEASE_SLOTS = 65_536

/** How long a lease lives without a sync, unless the deployment says otherwise. */
export const DEFAULT_LEASE_MS = 30_000

/** Slots a lease has after a sync that had used `used` and wants `want` unused; never fewer than it had. */
export function grantedSlots(granted: number, used: number, want: number): number {
  const unused = Math.min(MAX_UNUSED_SLOTS, Math.max(0, Math.trunc(want)))
  return Math.max(granted, used, Math.min(used + unused, MAX_LEASE_SLOTS))
}

/** Slots of a new lease: at least one. */
export function firstSlots(want: number): number {
  return grantedSlots(1, 0, want)
}

/** The id of the call in one slot. Lease ids are base62, so no two pairs give the same text. */
export function requestIdOf(leaseId: string, slot: number): string {
  return `req_${leaseId}_${slot}`
}

/** The row of a call whose isolate ended before it settled: it happened, and what it cost nobody knows. */
export function unreportedRow(requestId: string, team: string, lastSeenAtMs: number): LedgerRow {
  return {
    requestId,
    admittedAtMs: lastSeenAtMs,
    team,
    keyId: '',
    route: '',
    target: '',
    provider: '',
    requestedModel: '',
    clientWire: '',
    stream: false,
    outcome: 'unreported',
    status: 0,
    usageSource: 'unknown',
    latencyMs: 0,
    attempts: 0,
    revision: '',
  }
}

/** The row for credit that a lease held when it ended: calls may have spent it, so it counts until the isolate says otherwise. */
export function lostCreditRow(leaseId: string, team: string, lastSeenAtMs: number, costNano: number): LedgerRow {
  const row = unreportedRow(heldRowId(leaseId), team, lastSeenAtMs)
  return { ...row, costNano: String(costNano), warnings: ['ledger.credit:lost'] }
}

/** The id of the row for credit that a lease held when it ended. */
export function heldRowId(leaseId: string): string {
  return `req_${leaseId}_held`
}

/**
 * The adjustment that brings what was booked for a lease's credit to `heldNano`, what the isolate has not accounted for yet;
 * undefined when it stands at that already. `earlier`: its adjustments so far.
 */
export function lostCreditChange(
  booked: LedgerRow,
  earlier: readonly LedgerRow[],
  heldNano: number,
  nowMs: number,
): LedgerRow | undefined {
  const delta = BigInt(heldNano) - BigInt(effectiveCost(booked, earlier) ?? 0)
  if (delta === 0n) return undefined
  return {
    ...booked,
    kind: 'adjustment',
    requestId: `adj_${booked.requestId.replace(/^req_/, '')}_${earlier.length + 1}`,
    adjusts: booked.requestId,
    adjustedAtMs: nowMs,
    costNano: delta.toString(),
    warnings: ['ledger.credit:returned'],
  }
}
