/** `sluice report cost`: sums as a table, CSV, JSON, FOCUS columns or a Parquet file. */

import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { totalInput, totalOutput } from '../../../ground/usage.ts'
import { readZone } from '../../../services/reports/calendar/zone.ts'
import { BYTE_ORDER_MARK } from '../../../services/reports/csv.ts'
import { FOCUS_FIELDS, focusCsv } from '../../../services/reports/focus-csv.ts'
import { reportCsv } from '../../../services/reports/report-csv.ts'
import { isUnknown, type ReportDocument, type ShownLine } from '../../../services/reports/report-document.ts'
import { reportParquet } from '../../../services/reports/report-parquet.ts'
import type { CliIo } from '../cli-io.ts'
import { connect } from '../connect.ts'
import { type Column, table } from '../table.ts'
import { REPORT_OPTIONS, reportQuery } from './report-options.ts'

export async function reportCost(args: string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...REPORT_OPTIONS,
      by: { type: 'string' },
      'group-by': { type: 'string' },
      csv: { type: 'boolean', default: false },
      focus: { type: 'boolean', default: false },
      bom: { type: 'boolean', default: false },
      parquet: { type: 'string' },
    },
  })
  const { csv, focus, json, parquet } = values
  const mark = values.bom ? BYTE_ORDER_MARK : ''
  if ([csv, focus, json, parquet !== undefined].filter(Boolean).length > 1) {
    io.stderr('sluice: one of --csv, --focus, --json and --parquet at a time\n')
    return 1
  }
  if (focus && (values.by ?? values['group-by']) !== undefined) {
    io.stderr('sluice: --focus stands without --by: its charges are always by day, team, key, route and model\n')
    return 1
  }
  const query = reportQuery(values)
  query.set('group_by', focus ? FOCUS_FIELDS.join(',') : (values.by ?? values['group-by'] ?? 'team,route,model'))
  const admin = await connect(values, io)
  const document = await admin.call<ReportDocument>('GET', `/admin/v1/reports/cost?${query}`)
  if (parquet !== undefined) {
    await writeFile(resolve(io.cwd, parquet), reportParquet(document))
    io.stderr(`${document.data.length} rows written to ${parquet}\n`)
  } else if (json) io.stdout(`${JSON.stringify(document)}\n`)
  else if (csv) io.stdout(mark + reportCsv(document))
  else if (focus) io.stdout(mark + focusText(document))
  else io.stdout(costTable(document))
  warnOfUnknown(document, io, csv || focus || parquet !== undefined)
  return 0
}

function focusText(document: ReportDocument): string {
  const zone = readZone(document.zone)
  if (!zone.ok) throw new Error(zone.error) // the gateway has just used this zone
  return focusCsv(document, zone.value)
}

/** Files have no line below the table to say it. */
function warnOfUnknown({ total, group_by }: ReportDocument, io: CliIo, isFile: boolean): void {
  if (!isFile || total.unknownCostCalls === 0) return
  const many = `${total.unknownCostCalls} of ${total.calls} calls`
  io.stderr(
    group_by.includes('kind')
      ? `note: ${many} had no known cost when they ended; what repricing found since is in the adjustments\n`
      : `note: ${many} have no known cost; they are in no amount\n`,
  )
}

function costTable(document: ReportDocument): string {
  const { group_by, data, total } = document
  const fields: Column<ShownLine>[] = group_by.map((field, index) => ({
    title: field,
    cell: (line) => line.group[field] ?? (line === total && index === 0 ? 'total' : ''),
  }))
  const sums: Column<ShownLine>[] = [
    { title: 'calls', align: 'right', cell: (line) => String(line.calls) },
    { title: 'in', align: 'right', cell: (line) => String(totalInput(line.usage)) },
    { title: 'out', align: 'right', cell: (line) => String(totalOutput(line.usage)) },
    {
      title: 'cost USD',
      align: 'right',
      cell: (line) => (isUnknown(line) ? 'unknown' : line.costUsd),
    },
    { title: 'per 1k calls', align: 'right', cell: (line) => line.usdPerThousandCalls ?? '' },
    { title: 'per 1k tokens', align: 'right', cell: (line) => line.usdPerThousandTokens ?? '' },
    { title: 'cost unknown', align: 'right', cell: unknownCell },
  ]
  return table(data.length ? [...data, total] : [], [...fields, ...sums], 'no calls in this period')
}

function unknownCell({ unknownCostCalls, unknownCostShare }: ShownLine): string {
  if (unknownCostCalls === 0) return ''
  return `${unknownCostCalls} calls (${Number((Number(unknownCostShare) * 100).toFixed(2))}%)`
}
