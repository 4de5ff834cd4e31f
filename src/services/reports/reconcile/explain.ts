/** Ascribes the difference of every cell to causes that add up to it exactly. */

import { splitExactly } from '../allocate.ts'
import type { Cause } from './cause.ts'
import type { LedgerPart } from './ledger-part.ts'
import type { Cell, CellSums, OpenCell, ReconcileOptions } from './reconcile.ts'

/** A cell with what is left of its difference. */
interface Work {
  readonly cell: OpenCell
  readonly sums: CellSums
  readonly causes: Partial<Record<Cause, bigint>>
  left: bigint
}

const DAY_MS = 86_400_000

/**
 * The rules, in order; each takes as much of what is left as it can account for:
 * 1. rounding, if the whole difference is that small;
 * 2. calls of the hour beside midnight, where the neighbouring day lacks what this one has too much of;
 * 3. where the invoice has more: calls of unknown cost, cut short or estimated, each up to `mostPerCall`, in the ratio of their
 *    numbers; then the day's unreported calls likewise; the rest is other traffic;
 * 4. where the ledger has more: the known cost of calls cut short, then of estimated ones; the rest was not invoiced.
 */
export function explain(
  cells: readonly { readonly cell: OpenCell; readonly sums: CellSums }[],
  unreported: readonly LedgerPart[],
  { mostPerCall }: ReconcileOptions,
): Cell[] {
  const works = cells.map(({ cell, sums }): Work => ({ cell, sums, causes: {}, left: sums.invoice - sums.ledger }))
  works.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  for (const work of works) if (size(work.left) <= work.sums.rounding) take(work, 'rounding', work.left)
  const settledByRounding = new Set(works.filter((work) => work.left === 0n))
  shiftAcrossMidnight(works)
  const spare = unreportedByDay(unreported, mostPerCall)
  for (const work of works) {
    if (work.left > 0n) explainMore(work, spare, mostPerCall)
    else if (work.left < 0n) explainLess(work)
  }
  return works.map((work) => finished(work, settledByRounding.has(work)))
}

function explainMore(work: Work, spare: Map<string, bigint>, mostPerCall: bigint): void {
  const kinds = ['cut-short', 'unknown-cost', 'estimated'] as const
  const counts = kinds.map((kind) => BigInt(callsOf(work, kind)))
  const room = counts.reduce((sum, count) => sum + count, 0n) * mostPerCall
  if (room > 0n) {
    const parts = splitExactly(smaller(work.left, room), counts)
    for (const [index, kind] of kinds.entries()) take(work, kind, parts[index] ?? 0n)
  }
  const unreported = smaller(work.left, spare.get(work.cell.day) ?? 0n)
  spare.set(work.cell.day, (spare.get(work.cell.day) ?? 0n) - unreported)
  take(work, 'unreported', unreported)
  take(work, 'other-traffic', work.left)
}

function explainLess(work: Work): void {
  for (const kind of ['cut-short', 'estimated'] as const) {
    const known = work.cell.parts.reduce((sum, part) => (part.kind === kind ? sum + part.amount : sum), 0n)
    take(work, kind, -smaller(-work.left, known))
  }
  take(work, 'not-invoiced', work.left)
}

/** `works` stand in the order of model, key and day, so that neighbours in time are neighbours in the list. */
function shiftAcrossMidnight(works: readonly Work[]): void {
  for (const [index, later] of works.entries()) {
    const earlier = works[index - 1]
    if (!earlier || !areNeighbours(earlier, later)) continue
    if (earlier.left < 0n && later.left > 0n) {
      const moved = smaller(smaller(-earlier.left, later.left), edgeOf(earlier, 'end'))
      take(earlier, 'time-zone-edge', -moved)
      take(later, 'time-zone-edge', moved)
    } else if (earlier.left > 0n && later.left < 0n) {
      const moved = smaller(smaller(earlier.left, -later.left), edgeOf(later, 'start'))
      take(earlier, 'time-zone-edge', moved)
      take(later, 'time-zone-edge', -moved)
    }
  }
}

function areNeighbours(earlier: Work, later: Work): boolean {
  const { cell: a } = earlier
  const { cell: b } = later
  return a.model === b.model && a.key === b.key && Date.parse(b.day) - Date.parse(a.day) === DAY_MS
}

function edgeOf(work: Work, edge: 'start' | 'end'): bigint {
  return work.cell.parts.reduce((sum, part) => (part.edge === edge ? sum + part.amount : sum), 0n)
}

function unreportedByDay(parts: readonly LedgerPart[], mostPerCall: bigint): Map<string, bigint> {
  const spare = new Map<string, bigint>()
  for (const part of parts) spare.set(part.day, (spare.get(part.day) ?? 0n) + BigInt(part.calls) * mostPerCall)
  return spare
}

function callsOf(work: Work, kind: LedgerPart['kind']): number {
  return work.cell.parts.reduce((sum, part) => (part.kind === kind ? sum + part.calls : sum), 0)
}

function take(work: Work, cause: Cause, amount: bigint): void {
  if (amount === 0n) return
  work.causes[cause] = (work.causes[cause] ?? 0n) + amount
  work.left -= amount
}

function finished({ cell, sums, causes }: Work, matched: boolean): Cell {
  const { day, model, key } = cell
  const { ledger, invoice, calls } = sums
  const alone = cell.invoiceLines === 0 ? 'only-in-ledger' : calls === 0 ? 'only-in-invoice' : 'differs'
  const status = matched ? 'matched' : alone
  return { day, model, key, ledger, invoice, difference: invoice - ledger, status, calls, causes }
}

function placeOf({ cell }: Work): string {
  return JSON.stringify([cell.model, cell.key, cell.day])
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value
}
