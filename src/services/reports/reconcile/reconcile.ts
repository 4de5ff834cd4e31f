/** Sets a provider's invoice against the ledger, by day and model and, where asked, by key. */

import { CAUSES, type Cause } from './cause.ts'
import { decimalToNano, formatDecimal, halfStepNano, nanoToDecimal } from './decimal.ts'
import { explain } from './explain.ts'
import type { Invoice, Measure } from './invoice.ts'
import type { LedgerPart } from './ledger-part.ts'
import { matchModels } from './match-models.ts'

export interface ReconcileOptions {
  /** Compare key by key; the names on the invoice are then those of the ledger. Default: all keys together. */
  readonly byKey?: boolean
  /** No call of unknown cost is taken to have cost more: nano-dollars, or tokens. */
  readonly mostPerCall: bigint
}

/** One day of one model (and key). Amounts are nano-dollars or tokens. */
export interface Cell {
  readonly day: string
  readonly model: string
  readonly key: string
  readonly ledger: bigint
  readonly invoice: bigint
  /** Invoice less ledger; the causes add up to it. */
  readonly difference: bigint
  /** `matched`: equal but for rounding. */
  readonly status: 'matched' | 'differs' | 'only-in-ledger' | 'only-in-invoice'
  readonly calls: number
  readonly causes: Readonly<Partial<Record<Cause, bigint>>>
}

export interface Reconciliation {
  readonly measure: Measure
  readonly cells: readonly Cell[]
  readonly ledger: bigint
  readonly invoice: bigint
  readonly difference: bigint
  readonly causes: Readonly<Partial<Record<Cause, bigint>>>
  /** What the invoice's lines add up to as written, and how much of that rounding each cell to nano-dollars left out. */
  readonly invoiceExact: string
  readonly roundedAway: string
  /** Calls of the compared providers whose cost or usage nobody knows: also where nothing differs. */
  readonly unknownCalls: number
  /** Calls of the period that no provider or model is known for. */
  readonly unreportedCalls: number
}

/** A cell while its sums are still growing. */
export interface OpenCell {
  readonly day: string
  readonly model: string
  readonly key: string
  readonly parts: LedgerPart[]
  /** In 10^-30 dollars, or tokens. */
  invoiceExact: bigint
  invoiceLines: number
}

/**
 * Every line and every call lands in exactly one cell, so totals are sums of cells. Lines without a model on an invoice that
 * never names one are compared by day alone. `unreported` calls have no model: they stand aside and may explain any cell of
 * their day.
 */
export function reconcile(invoice: Invoice, parts: readonly LedgerPart[], options: ReconcileOptions): Reconciliation {
  const attributed = parts.filter((part) => part.kind !== 'unreported')
  const unreported = parts.filter((part) => part.kind === 'unreported')
  const open = openCells(invoice, attributed, options)
  const cells = explain(
    [...open.values()].map((cell) => ({ cell, sums: sumsOf(cell, invoice) })),
    unreported,
    options,
  )
  const total = (amount: (cell: Cell) => bigint): bigint => cells.reduce((sum, cell) => sum + amount(cell), 0n)
  const exact = invoice.lines.reduce((sum, line) => sum + line.amount, 0n)
  const rounded = total((cell) => cell.invoice)
  const cost = invoice.measure === 'cost'
  return {
    measure: invoice.measure,
    cells,
    ledger: total((cell) => cell.ledger),
    invoice: rounded,
    difference: total((cell) => cell.difference),
    causes: Object.fromEntries(
      CAUSES.map((cause) => [cause, total((cell) => cell.causes[cause] ?? 0n)] as const).filter(
        ([, sum]) => sum !== 0n,
      ),
    ),
    invoiceExact: cost ? formatDecimal(exact) : exact.toString(),
    roundedAway: cost ? formatDecimal(exact - nanoToDecimal(rounded)) : '0',
    unknownCalls: callsOf(attributed.filter((part) => !part.known)),
    unreportedCalls: callsOf(unreported),
  }
}

/** What a cell amounts to before its difference is explained. */
export interface CellSums {
  readonly ledger: bigint
  readonly invoice: bigint
  readonly calls: number
  /** The largest difference that rounding alone can make. */
  readonly rounding: bigint
}

function openCells(
  invoice: Invoice,
  parts: readonly LedgerPart[],
  { byKey = false }: ReconcileOptions,
): Map<string, OpenCell> {
  const namesModels = invoice.lines.some((line) => line.model !== '')
  const shared = matchModels(
    invoice.lines.map((line) => line.model),
    parts.map((part) => part.model),
  )
  const cells = new Map<string, OpenCell>()
  const cellOf = (at: { day: string; model: string; key: string }): OpenCell => {
    const place = { day: at.day, model: namesModels ? shared(at.model) : '', key: byKey ? at.key : '' }
    const id = JSON.stringify([place.day, place.model, place.key])
    const cell = cells.get(id) ?? { ...place, parts: [], invoiceExact: 0n, invoiceLines: 0 }
    cells.set(id, cell)
    return cell
  }
  for (const part of parts) cellOf(part).parts.push(part)
  for (const line of invoice.lines) {
    const cell = cellOf(line)
    cell.invoiceExact += line.amount
    cell.invoiceLines++
  }
  return cells
}

function sumsOf(cell: OpenCell, { measure, decimals }: Invoice): CellSums {
  const calls = callsOf(cell.parts)
  const ledger = cell.parts.reduce((sum, part) => sum + part.amount, 0n)
  if (measure === 'tokens') return { ledger, invoice: cell.invoiceExact, calls, rounding: 0n }
  // The ledger rounds each call by half a nano-dollar at most, the vendor each line by half of its last decimal place.
  const rounding = BigInt(Math.ceil(calls / 2)) + BigInt(cell.invoiceLines) * halfStepNano(decimals)
  return { ledger, invoice: decimalToNano(cell.invoiceExact), calls, rounding }
}

function callsOf(parts: readonly LedgerPart[]): number {
  return parts.reduce((sum, part) => sum + part.calls, 0)
}
