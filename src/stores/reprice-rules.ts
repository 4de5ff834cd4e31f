/** What a call's new price makes of its rows and counters, for every account store: adjustments beside it, never an edit. */

import type { LedgerRow, Repricing } from '../ports/accounts.ts'
import type { CounterTerms } from '../ports/credit.ts'
import type { EscrowTables, Notice } from './escrow-book.ts'

/** As much as a row may cost. */
const MAX_COST = /^\d{1,15}$/

/**
 * The row that brings a call to its new cost, given all adjustments it has; undefined when it costs that already, so that
 * repeating changes nothing, and for calls that were never reported.
 */
export function adjustmentOf(
  call: LedgerRow,
  earlier: readonly LedgerRow[],
  { costNano, listNano = costNano, priceHash, priceDate }: Repricing,
  nowMs: number,
): LedgerRow | undefined {
  if (
    call.kind === 'adjustment' ||
    call.outcome === 'unreported' ||
    !MAX_COST.test(costNano) ||
    !MAX_COST.test(listNano)
  )
    return undefined
  const known = effectiveCost(call, earlier)
  const delta = BigInt(costNano) - BigInt(known ?? 0)
  if (known !== undefined && delta === 0n) return undefined
  const listDelta = BigInt(listNano) - BigInt(effectiveList(call, earlier) ?? 0)
  const { listNano: _, usage: __, firstByteMs: ___, warnings: ____, replyId: _____, billedNano: ______, ...same } = call
  return {
    ...same,
    kind: 'adjustment',
    requestId: `adj_${call.requestId.replace(/^req_/, '')}_${earlier.length + 1}`,
    adjusts: call.requestId,
    adjustedAtMs: nowMs,
    usageSource: 'unknown',
    costNano: delta.toString(),
    ...(listDelta !== delta && { listNano: listDelta.toString() }),
    priceHash,
    priceDate,
    latencyMs: 0,
    attempts: 0,
  }
}

/** What a call costs with its adjustments; undefined when nobody knows. */
export function effectiveCost({ costNano }: LedgerRow, adjustments: readonly LedgerRow[]): string | undefined {
  if (costNano === undefined && adjustments.length === 0) return undefined
  return adjustments.reduce((sum, each) => sum + BigInt(each.costNano ?? 0), BigInt(costNano ?? 0)).toString()
}

/** A call with what its adjustments add. */
export function withAdjustments(call: LedgerRow, adjustments: readonly LedgerRow[]): LedgerRow {
  const costNano = effectiveCost(call, adjustments)
  const listNano = effectiveList(call, adjustments)
  return { ...call, ...(costNano !== undefined && { costNano }), ...(listNano !== undefined && { listNano }) }
}

/** What it costs with its adjustments at list prices. */
function effectiveList(call: LedgerRow, adjustments: readonly LedgerRow[]): string | undefined {
  if (call.costNano === undefined && adjustments.length === 0) return undefined
  return [call, ...adjustments].reduce((sum, row) => sum + listedNano(row), 0n).toString()
}

/** What a row adds to a sum at list prices: nothing where its cost is unknown. */
export function listedNano({ costNano, listNano = costNano }: LedgerRow): bigint {
  return costNano === undefined ? 0n : BigInt(listNano ?? 0)
}

/**
 * Brings a money counter after an adjustment to the sum of its rows. What teams share is only ever raised here: the
 * organisation's account takes totals that never fall. A call whose cost nobody knew was counted at the most it could be.
 */
export function moveCounters(
  tables: EscrowTables,
  counters: readonly CounterTerms[],
  { call, adjustment }: { readonly call: LedgerRow; readonly adjustment: LedgerRow },
  notice: Notice,
): void {
  if (call.costNano === undefined) return
  const delta = Number(adjustment.costNano ?? 0)
  for (const terms of counters) {
    const { limit, scope, startMs, untilMs, shared } = terms
    const name = { limit, scope, startMs }
    const tally = tables.tally(name)
    if (!tally || terms.kind !== 'money' || (shared && delta < 0)) continue
    tables.setTally(name, { ...tally, spent: Math.max(0, tally.spent + delta) }, untilMs)
    const watched = tables.watched(name)
    if (watched && delta > 0) notice(watched, tables.tallySince(watched, watched.sinceMs).spent, false)
  }
}
