/** `sluice alerts`: what a running gateway had to tell, what became of it, and a test of one destination. */

import { parseArgs } from 'node:util'
import type { AlertData } from '../../../ground/alert.ts'
import type { AdminClient } from '../admin-client.ts'
import type { CliIo } from '../cli-io.ts'
import { CONNECT_OPTIONS, connect } from '../connect.ts'
import { table } from '../table.ts'

const HELP = `sluice alerts <list|test> [options]

  alerts list [--team T] [--type limit.exhausted] [--delivery pending|delivered|failed] [--limit 20] [--json]   newest first
  alerts test <destination>   sends one test alert to a destination of sluice.yml; exit code 1 when it did not arrive
`

const FILTERS = { team: 'team', type: 'type', delivery: 'state', limit: 'limit' } as const

interface ShownDelivery {
  readonly destination: string
  readonly state: string
  readonly attempts: number
  readonly next_attempt_at: string | null
  readonly error: string | null
}

interface ShownAlert {
  readonly id: string
  readonly type: string
  readonly created_at: string
  readonly team: string | null
  readonly data: AlertData
  readonly deliveries: readonly ShownDelivery[]
}

interface ShownTest {
  readonly id: string
  readonly destination: string
  readonly delivered: boolean
  readonly status: number | null
  readonly error: string | null
}

export async function alerts(args: string[], io: CliIo): Promise<number> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...CONNECT_OPTIONS, team: text, type: text, delivery: text, limit: text },
  })
  const [action, destination] = positionals
  if (values.help || action === undefined) {
    io.stdout(HELP)
    return 0
  }
  if (action === 'list') {
    const query = new URLSearchParams({ limit: '20' })
    for (const name of ['team', 'type', 'delivery', 'limit'] as const) {
      const value = values[name]
      if (value !== undefined) query.set(FILTERS[name], value)
    }
    return list(await connect(values, io), query, values.json, io)
  }
  if (action === 'test') {
    if (destination === undefined)
      return fail(io, '"alerts test" needs the name of a destination under alerts in sluice.yml')
    return test(await connect(values, io), destination, values.json, io)
  }
  return fail(io, `there is no "alerts ${action}"\n\n${HELP}`)
}

async function list(admin: AdminClient, query: URLSearchParams, json: boolean, io: CliIo): Promise<number> {
  const { data } = await admin.call<{ data: readonly ShownAlert[] }>('GET', `/admin/v1/alerts?${query}`)
  const shown = table(
    data,
    [
      { title: 'time (UTC)', cell: (alert) => alert.created_at.slice(0, 19).replace('T', ' ') },
      { title: 'team', cell: (alert) => alert.team ?? 'all' },
      { title: 'type', cell: (alert) => alert.type },
      { title: 'about', cell: aboutCell },
      { title: 'deliveries', cell: (alert) => alert.deliveries.map(deliveryCell).join('; ') || 'nobody is told' },
      { title: 'id', cell: (alert) => alert.id },
    ],
    'nothing was worth an alert',
  )
  io.stdout(json ? data.map((alert) => `${JSON.stringify(alert)}\n`).join('') : shown)
  return 0
}

function aboutCell({ type, data }: ShownAlert): string {
  switch (type) {
    case 'limit.threshold':
      return `${data.limit} of "${data.scope}" past ${data.percent}%: ${data.used} of ${data.amount}`
    case 'limit.exhausted':
      return `${data.limit} of "${data.scope}" ${data.reason}: ${data.used} of ${data.amount}`
    case 'price.unknown':
      return `${data.model} (${data.effect}) on ${data.day}`
    case 'usage.unreported':
      return `${counted(data.calls, 'call')}, ${data.held_usd} USD held`
    case 'alerts.muted':
      return `more than ${data.most_a_day} of ${data.type}; quiet until ${data.until}`
    default:
      return JSON.stringify(data)
  }
}

function deliveryCell({ destination, state, attempts, next_attempt_at, error }: ShownDelivery): string {
  if (state === 'delivered') return `${destination}: delivered`
  const why = error === null ? '' : ` (${error})`
  if (state === 'failed') return `${destination}: failed after ${counted(attempts, 'attempt')}${why}`
  const next = attempts > 0 && next_attempt_at !== null ? `, again at ${next_attempt_at.slice(0, 19)}Z` : ''
  return `${destination}: pending${next}${why}`
}

function counted(number: unknown, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

async function test(admin: AdminClient, destination: string, json: boolean, io: CliIo): Promise<number> {
  const done = await admin.call<ShownTest>('POST', `/admin/v1/alerts/${encodeURIComponent(destination)}/test`)
  const result = done.delivered ? `delivered, it answered ${done.status}` : `not delivered: ${done.error}`
  io.stdout(json ? `${JSON.stringify(done)}\n` : `${done.id} to ${destination}: ${result}\n`)
  return done.delivered ? 0 : 1
}

function fail(io: CliIo, message: string): number {
  io.stderr(`sluice: ${message}\n`)
  return 1
}
