/** `sluice ledger`: the settled calls of a running gateway. */

import { parseArgs } from 'node:util'
import { formatDollars } from '../../../ground/money.ts'
import { totalInput, totalOutput } from '../../../ground/usage.ts'
import type { LedgerRow, UnreportedRange } from '../../../ports/accounts.ts'
import { BYTE_ORDER_MARK } from '../../../services/reports/csv.ts'
import type { AdminClient } from '../admin-client.ts'
import type { CliIo } from '../cli-io.ts'
import { CONNECT_OPTIONS, connect } from '../connect.ts'
import { ledgerCsv } from '../ledger-csv.ts'
import { table } from '../table.ts'

const FILTERS = [
  'team',
  'route',
  'outcome',
  'since',
  'until',
  'limit',
  'cursor',
  'request-id',
  'kind',
  'adjusts',
] as const

const HELP = `sluice ledger [options]

  Settled calls, newest first, 20 unless told otherwise.

  --team T --route R --outcome ok|refused|error|aborted|incomplete|unreported --request-id ID   only these
  --kind call|adjustment --adjusts ID   calls, or what a later price added to them
  --since 2026-11-01 --until 2026-12-01 (UTC)   --limit 1000   --cursor C (from --json of the admin API)
  --unreported                          ranges of ids that may have been calls when an isolate died
  --csv | --json                        one line a call; --csv --bom for spreadsheets that do not take a file for UTF-8
`

export async function ledger(args: string[], io: CliIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout(HELP)
    return 0
  }
  const { values } = parseArgs({
    args,
    options: {
      ...CONNECT_OPTIONS,
      unreported: { type: 'boolean', default: false },
      csv: { type: 'boolean', default: false },
      bom: { type: 'boolean', default: false },
      ...(Object.fromEntries(FILTERS.map((name) => [name, { type: 'string' }])) as Record<
        (typeof FILTERS)[number],
        { type: 'string' }
      >),
    },
  })
  if (values.csv && (values.json || values.unreported)) {
    io.stderr('sluice: --csv stands without --json and --unreported\n')
    return 1
  }
  const admin = await connect(values, io)
  if (values.unreported) return showUnreported(admin, values.json, io)
  const query = new URLSearchParams()
  for (const name of FILTERS) {
    const value = values[name]
    if (typeof value === 'string') query.set(name.replace('-', '_'), value)
  }
  if (!query.has('limit')) query.set('limit', '20')
  const { data } = await admin.call<{ data: readonly LedgerRow[] }>('GET', `/admin/v1/ledger?${query}`)
  if (values.csv) io.stdout((values.bom ? BYTE_ORDER_MARK : '') + ledgerCsv(data))
  else io.stdout(values.json ? data.map((row) => `${JSON.stringify(row)}\n`).join('') : rowsTable(data))
  return 0
}

function rowsTable(rows: readonly LedgerRow[]): string {
  return table(
    rows,
    [
      { title: 'time (UTC)', cell: (row) => new Date(row.admittedAtMs).toISOString().slice(0, 19).replace('T', ' ') },
      { title: 'team', cell: (row) => row.team },
      { title: 'route', cell: (row) => row.route },
      { title: 'model', cell: (row) => row.answeredModel ?? row.askedModel ?? row.target },
      { title: 'outcome', cell: outcomeCell },
      { title: 'in', align: 'right', cell: (row) => (row.usage ? String(totalInput(row.usage)) : '?') },
      { title: 'out', align: 'right', cell: (row) => (row.usage ? String(totalOutput(row.usage)) : '?') },
      {
        title: 'cost USD',
        align: 'right',
        cell: (row) => (row.costNano === undefined ? 'unknown' : formatDollars(BigInt(row.costNano))),
      },
      { title: 'ms', align: 'right', cell: (row) => String(row.latencyMs) },
      { title: 'request id', cell: (row) => row.requestId },
    ],
    'no calls yet',
  )
}

function outcomeCell({ adjusts, outcome, errorKind }: LedgerRow): string {
  if (adjusts !== undefined) return `adjusts ${adjusts}`
  return errorKind ? `${outcome} (${errorKind})` : outcome
}

async function showUnreported(admin: AdminClient, json: boolean, io: CliIo): Promise<number> {
  const { data } = await admin.call<{ data: readonly UnreportedRange[] }>('GET', '/admin/v1/ledger/unreported')
  const text = table(
    data,
    [
      { title: 'team', cell: (range) => range.team },
      {
        title: 'request ids that may have been calls',
        cell: (range) => `req_${range.leaseId}_${range.from} … ${range.to - 1}`,
      },
      { title: 'ended (UTC)', cell: (range) => new Date(range.endedAtMs).toISOString().slice(0, 19).replace('T', ' ') },
    ],
    'nothing is unreported',
  )
  io.stdout(json ? data.map((range) => `${JSON.stringify(range)}\n`).join('') : text)
  return 0
}
