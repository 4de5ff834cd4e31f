/** `sluice report`: what calls cost, summed by the fields finance asks for. */

import { parseArgs } from 'node:util'
import { totalInput, totalOutput } from '../../../ground/usage.ts'
import type { CostGroup, GroupField } from '../../../ports/accounts.ts'
import type { CliIo } from '../cli-io.ts'
import { CONNECT_OPTIONS, connect } from '../connect.ts'
import { type Column, table } from '../table.ts'

type ShownGroup = CostGroup & { readonly costUsd: string }

interface CostReport {
  readonly group_by: readonly GroupField[]
  readonly data: readonly ShownGroup[]
  readonly total: ShownGroup
}

export async function report(args: string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...CONNECT_OPTIONS,
      'group-by': { type: 'string', default: 'team,route,model' },
      team: { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
    },
  })
  const admin = await connect(values, io)
  const query = new URLSearchParams({ group_by: values['group-by'] })
  for (const name of ['team', 'since', 'until'] as const) {
    const value = values[name]
    if (value !== undefined) query.set(name, value)
  }
  const answer = await admin.call<CostReport>('GET', `/admin/v1/reports/cost?${query}`)
  io.stdout(values.json ? `${JSON.stringify(answer)}\n` : reportTable(answer))
  return 0
}

function reportTable(answer: CostReport): string {
  const fields: Column<ShownGroup>[] = answer.group_by.map((field, index) => ({
    title: field,
    cell: (group) => group.group[field] ?? (group === answer.total && index === 0 ? 'total' : ''),
  }))
  const sums: Column<ShownGroup>[] = [
    { title: 'calls', align: 'right', cell: (group) => String(group.calls) },
    { title: 'in', align: 'right', cell: (group) => String(totalInput(group.usage)) },
    { title: 'out', align: 'right', cell: (group) => String(totalOutput(group.usage)) },
    { title: 'cost USD', align: 'right', cell: (group) => group.costUsd },
    {
      title: 'cost unknown',
      align: 'right',
      cell: (group) => (group.unknownCostCalls ? `${group.unknownCostCalls} calls` : ''),
    },
  ]
  return table(
    answer.data.length ? [...answer.data, answer.total] : [],
    [...fields, ...sums],
    'no calls in this period',
  )
}
