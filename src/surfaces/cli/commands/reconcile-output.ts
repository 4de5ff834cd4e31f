/** A reconciliation as a table, CSV or JSON. */

import { formatDollars } from '../../../ground/money.ts'
import { writeCsv } from '../../../services/reports/csv.ts'
import { CAUSE_TEXT, CAUSES } from '../../../services/reports/reconcile/cause.ts'
import type { Measure } from '../../../services/reports/reconcile/invoice.ts'
import type { Cell, Reconciliation } from '../../../services/reports/reconcile/reconcile.ts'
import { type Column, table } from '../table.ts'

/** What was compared. */
export interface About {
  readonly title: string
  readonly providers: readonly string[]
  readonly since: string
  readonly until: string
  readonly zone: string
  /** Lines of the file without an amount. */
  readonly emptyLines: number
  readonly mostPerCall: bigint
}

/** Days that differ (all of them with `all`), totals, and what the difference is made of. */
export function reconciliationTable(result: Reconciliation, about: About, all: boolean): string {
  const { measure, cells } = result
  const matched = cells.filter((cell) => cell.status === 'matched').length
  const unit = measure === 'cost' ? 'USD' : 'tokens'
  const amount = (value: bigint): string => `${show(value, measure)} ${unit}`
  const empty = about.emptyLines > 0 ? `, ${about.emptyLines} lines without an amount` : ''
  const rounded = result.roundedAway === '0' ? '' : ` (${result.invoiceExact} as written)`
  return [
    `${about.title}${empty}; ledger of ${about.providers.join(', ')}, ${about.since} to ${about.until} (${about.zone})`,
    '',
    table(
      cells.filter((cell) => all || cell.status !== 'matched'),
      columns(measure, cells),
      `all ${matched} days of a model match`,
    ),
    `matched   ${matched} of ${cells.length}`,
    `ledger    ${amount(result.ledger)}`,
    `invoice   ${amount(result.invoice)}${rounded}`,
    `differs   ${amount(result.difference)}`,
    ...CAUSES.filter((cause) => result.causes[cause] !== undefined).map(
      (cause) => `  ${cause.padEnd(15)} ${amount(result.causes[cause] ?? 0n)}: ${CAUSE_TEXT[cause]}`,
    ),
    ...(result.unknownCalls > 0
      ? [`${result.unknownCalls} calls in the ledger have no known ${result.measure === 'cost' ? 'cost' : 'usage'}`]
      : []),
    ...(cells.every(({ calls }) => calls === 0)
      ? [`The ledger has no call of ${about.providers.join(', ')} in these days: is that its name in sluice.yml?`]
      : []),
    ...(result.unreportedCalls > 0 ? [`${result.unreportedCalls} calls were never reported, of any provider`] : []),
    `No call of unknown cost was taken to explain more than ${amount(about.mostPerCall)}.`,
    '',
  ].join('\n')
}

/** One row a day and model; the causes are columns that add up to the difference. */
export function reconciliationCsv({ cells, measure }: Reconciliation): string {
  const names = ['day', 'model', 'key', 'status', 'calls', 'ledger', 'invoice', 'difference']
  return writeCsv([
    [...names, ...CAUSES.map((cause) => cause.replaceAll('-', '_'))],
    ...cells.map((cell) => [
      cell.day,
      cell.model,
      cell.key,
      cell.status,
      String(cell.calls),
      ...[cell.ledger, cell.invoice, cell.difference].map((value) => show(value, measure)),
      ...CAUSES.map((cause) => show(cell.causes[cause] ?? 0n, measure)),
    ]),
  ])
}

/** Amounts are decimal digits of nano-dollars or tokens. */
export function reconciliationJson(result: Reconciliation, about: About): string {
  const document = { object: 'reconciliation', ...about, ...result }
  return `${JSON.stringify(document, (_, value) => (typeof value === 'bigint' ? value.toString() : value))}\n`
}

function columns(measure: Measure, cells: readonly Cell[]): Column<Cell>[] {
  const amount = (title: string, value: (cell: Cell) => bigint): Column<Cell> => ({
    title,
    align: 'right',
    cell: (cell) => show(value(cell), measure),
  })
  return [
    { title: 'day', cell: (cell) => cell.day },
    { title: 'model', cell: (cell) => cell.model || '(all)' },
    ...(cells.some((cell) => cell.key !== '') ? [{ title: 'key', cell: (cell: Cell) => cell.key }] : []),
    { title: 'status', cell: (cell) => cell.status },
    { title: 'calls', align: 'right', cell: (cell) => String(cell.calls) },
    amount('ledger', (cell) => cell.ledger),
    amount('invoice', (cell) => cell.invoice),
    amount('difference', (cell) => cell.difference),
    {
      title: 'because of',
      cell: ({ causes }) =>
        CAUSES.flatMap((cause) => (causes[cause] === undefined ? [] : `${cause} ${show(causes[cause], measure)}`)).join(
          ', ',
        ),
    },
  ]
}

function show(value: bigint, measure: Measure): string {
  return measure === 'cost' ? formatDollars(value) : value.toString()
}
