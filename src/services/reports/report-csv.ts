/** A cost report as a CSV file: the fields it is grouped by, then counts, tokens and money. */

import { totalInput, totalOutput } from '../../ground/usage.ts'
import { writeCsv } from './csv.ts'
import { isUnknown, type ReportDocument, type ShownLine } from './report-document.ts'

interface CsvColumn {
  readonly name: string
  cell(line: ShownLine): string
}

const SUMS: readonly CsvColumn[] = [
  { name: 'calls', cell: (line) => String(line.calls) },
  { name: 'unknown_cost_calls', cell: (line) => String(line.unknownCostCalls) },
  { name: 'unknown_cost_share', cell: (line) => line.unknownCostShare },
  { name: 'input_tokens', cell: (line) => String(totalInput(line.usage)) },
  { name: 'output_tokens', cell: (line) => String(totalOutput(line.usage)) },
  { name: 'cost_usd', cell: (line) => (isUnknown(line) ? '' : line.costUsd) },
  { name: 'list_usd', cell: (line) => (isUnknown(line) ? '' : line.listUsd) },
  { name: 'usd_per_1k_calls', cell: (line) => line.usdPerThousandCalls ?? '' },
  { name: 'usd_per_1k_tokens', cell: (line) => line.usdPerThousandTokens ?? '' },
]

/** One row a line, without a total, so that adding up a column in a spreadsheet counts nothing twice. */
export function reportCsv({ group_by, data }: ReportDocument): string {
  const fields = group_by.map((field): CsvColumn => ({ name: field, cell: (line) => line.group[field] ?? '' }))
  const columns = [...fields, ...SUMS]
  return writeCsv([
    columns.map((column) => column.name),
    ...data.map((line) => columns.map((column) => column.cell(line))),
  ])
}
