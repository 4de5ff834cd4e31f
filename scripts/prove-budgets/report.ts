/** The table of a proof. */

export interface Row {
  readonly contender: string
  readonly concurrency: number
  readonly trials: number
  readonly calls: number
  /** Calls answered 503 and made again. */
  readonly overloaded: number
  readonly maxOvershootNano: number
  /** Trials in which the budget was passed. */
  readonly passed: number
  readonly meanUnusedNano: number
}

const HEADS = [
  'contender',
  'at once',
  'trials',
  'calls',
  '503',
  'trials that passed the limit',
  'max overshoot (nano-dollars)',
  'mean left over',
]

export function printTable(rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.contender,
    String(row.concurrency),
    String(row.trials),
    String(row.calls),
    String(row.overloaded),
    String(row.passed),
    String(row.maxOvershootNano),
    String(Math.round(row.meanUnusedNano)),
  ])
  const widths = HEADS.map((head, column) => Math.max(head.length, ...cells.map((line) => line[column]?.length ?? 0)))
  const line = (values: readonly string[]): string =>
    values
      .map((value, column) => (column === 0 ? value.padEnd(widths[column] ?? 0) : value.padStart(widths[column] ?? 0)))
      .join('  ')
  console.log([line(HEADS), ...cells.map(line)].join('\n'))
}
