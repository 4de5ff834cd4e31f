/** `sluice ledger`: the settled calls of a running gateway. */

import { parseArgs } from 'node:util'
import { formatDollars } from '../../../ground/money.ts'
import { totalInput, totalOutput } from '../../../ground/usage.ts'
import type { LedgerRow, UnreportedRange } from '../../../ports/accounts.ts'
import type { AdminClient } from '../admin-client.ts'
import type { CliIo } from '../cli-io.ts'
import { CONNECT_OPTIONS, connect } from '../connect.ts'
import { table } from '../table.ts'

const FILTERS = ['team', 'route', 'outcome', 'since', 'until', 'limit', 'cursor', 'request-id'] as const

export async function ledger(args: string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...CONNECT_OPTIONS,
      unreported: { type: 'boolean', default: false },
      ...(Object.fromEntries(FILTERS.map((name) => [name, { type: 'string' }])) as Record<
        (typeof FILTERS)[number],
        { type: 'string' }
      >),
    },
  })
  const admin = await connect(values, io)
  if (values.unreported) return showUnreported(admin, values.json, io)
  const query = new URLSearchParams()
  for (const name of FILTERS) {
    const value = values[name]
    if (typeof value === 'string') query.set(name.replace('-', '_'), value)
  }
  if (!query.has('limit')) query.set('limit', '20')
  const { data } = await admin.call<{ data: readonly LedgerRow[] }>('GET', `/admin/v1/ledger?${query}`)
  io.stdout(values.json ? data.map((row) => `${JSON.stringify(row)}\n`).join('') : rowsTable(data))
  return 0
}

function rowsTable(rows: readonly LedgerRow[]): string {
  return table(
    rows,
    [
      { title: 'time (UTC)', cell: (row) => new Date(row.admittedAtMs).toISOString().slice(0, 19).replace('T', ' ') },
      { title: 'team', cell: (row) => row.team },
      { title: 'route', cell: (row) => row.route },
      { title: 'model', cell: (row) => row.answeredModel ?? row.target },
      { title: 'outcome', cell: (row) => (row.errorKind ? `${row.outcome} (${row.errorKind})` : row.outcome) },
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
