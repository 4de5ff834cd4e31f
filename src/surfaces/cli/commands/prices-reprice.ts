/** `sluice prices reprice`: brings the settled calls of a period to the prices the gateway knows now. */

import { parseArgs } from 'node:util'
import { formatDollars } from '../../../ground/money.ts'
import { type AdminClient, AdminError } from '../admin-client.ts'
import type { CliIo } from '../cli-io.ts'
import { CONNECT_OPTIONS, connect } from '../connect.ts'
import { table } from '../table.ts'

interface Page {
  readonly examined: number
  readonly adjusted: number
  readonly unpriced: number
  readonly delta_nano: string
  readonly models: readonly { readonly model: string; readonly calls: number; readonly delta_nano: string }[]
  readonly next_cursor: string | null
}

/** One model of one team. */
interface Line {
  readonly team: string
  readonly model: string
  calls: number
  deltaNano: bigint
}

interface Totals {
  examined: number
  adjusted: number
  unpriced: number
  deltaNano: bigint
  readonly lines: Map<string, Line>
}

export async function pricesReprice(args: string[], io: CliIo): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: {
      ...CONNECT_OPTIONS,
      from: text,
      to: text,
      model: text,
      team: { type: 'string', multiple: true, default: [] as string[] },
      'dry-run': { type: 'boolean', default: false },
    },
  })
  const { from, to, model } = values
  if (from === undefined || to === undefined)
    throw new AdminError('name the period: prices reprice --from 2026-11-01 --to 2026-12-01 ("to" is not included)', 0)
  const admin = await connect(values, io)
  const teams = values.team.length > 0 ? values.team : await teamsOf(admin)
  const totals: Totals = { examined: 0, adjusted: 0, unpriced: 0, deltaNano: 0n, lines: new Map() }
  const asked = { from, to, dry_run: values['dry-run'], ...(model !== undefined && { model }) }
  for (const team of teams) await repriceTeam(admin, team, asked, totals)
  io.stdout(values.json ? jsonOf(totals, values['dry-run']) : textOf(totals, values['dry-run']))
  return 0
}

/** Those with calls in the ledger, and those of the documents. */
async function teamsOf(admin: AdminClient): Promise<readonly string[]> {
  const { data } = await admin.call<{ data: readonly { group: { team?: string } }[] }>(
    'GET',
    '/admin/v1/reports/cost?group_by=team',
  )
  return data.flatMap(({ group }) => group.team ?? []).sort()
}

async function repriceTeam(admin: AdminClient, team: string, asked: object, totals: Totals): Promise<void> {
  let cursor: string | null = null
  do {
    const body: object = { team, ...asked, ...(cursor !== null && { cursor }) }
    const page: Page = await admin.call<Page>('POST', '/admin/v1/prices/reprice', body)
    totals.examined += page.examined
    totals.adjusted += page.adjusted
    totals.unpriced += page.unpriced
    totals.deltaNano += BigInt(page.delta_nano)
    for (const { model, calls, delta_nano: delta } of page.models) {
      const name = JSON.stringify([team, model])
      const line = totals.lines.get(name) ?? { team, model, calls: 0, deltaNano: 0n }
      line.calls += calls
      line.deltaNano += BigInt(delta)
      totals.lines.set(name, line)
    }
    cursor = page.next_cursor
  } while (cursor !== null)
}

function textOf({ examined, adjusted, unpriced, deltaNano, lines }: Totals, rehearsed: boolean): string {
  const shown = table(
    [...lines.values()],
    [
      { title: 'team', cell: (line) => line.team },
      { title: 'model', cell: (line) => line.model },
      { title: 'calls', align: 'right', cell: (line) => String(line.calls) },
      { title: 'difference USD', align: 'right', cell: (line) => formatDollars(line.deltaNano) },
    ],
    'every call has the cost it should have',
  )
  const kept = unpriced > 0 ? `; ${unpriced} keep the cost they have, as their prices are not known` : ''
  const done = rehearsed ? 'would be adjusted (dry run: nothing was written)' : 'were adjusted'
  return `${shown}${examined} calls looked at, ${adjusted} ${done}, ${formatDollars(deltaNano)} USD in all${kept}\n`
}

function jsonOf({ examined, adjusted, unpriced, deltaNano, lines }: Totals, rehearsed: boolean): string {
  const models = [...lines.values()].map(({ team, model, calls, deltaNano: delta }) => {
    return { team, model, calls, delta_nano: delta.toString() }
  })
  const totals = { examined, adjusted, unpriced, delta_nano: deltaNano.toString() }
  return `${JSON.stringify({ object: 'reprice', dry_run: rehearsed, ...totals, models })}\n`
}
