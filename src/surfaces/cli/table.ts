/** Plain aligned tables for the terminal. */

export interface Column<Row> {
  readonly title: string
  readonly align?: 'left' | 'right'
  cell(row: Row): string
}

/** Header, rows and two spaces between; no rows gives `empty`. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty: string): string {
  if (rows.length === 0) return `${empty}\n`
  const cells = rows.map((row) => columns.map((column) => printable(column.cell(row))))
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((line) => line[index]?.length ?? 0)),
  )
  const lines = [columns.map((column) => column.title), ...cells].map((line) =>
    line
      .map((cell, index) =>
        columns[index]?.align === 'right' ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}

/** Control characters from callers must not move the admin's cursor. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?')
}
