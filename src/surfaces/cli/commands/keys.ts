/** `sluice keys`: create, list, rotate and revoke keys on a running gateway. */

import { parseArgs } from 'node:util'
import type { AdminClient } from '../admin-client.ts'
import type { CliIo } from '../cli-io.ts'
import { CONNECT_OPTIONS, connect } from '../connect.ts'
import { table } from '../table.ts'

const HELP = `sluice keys <create|list|rotate|revoke> [options]

  keys create --team default [--name text] [--route R]... [--expires 30d] [--admin]   prints the new key once
  keys list                                                                           newest first
  keys rotate <id> [--grace 1h]      makes a new key; the old one works until the grace is over
  keys revoke <id>                   stops it within 5 seconds
`

interface ShownKey {
  readonly key?: string
  readonly id: string
  readonly role: string
  readonly team: string
  readonly name: string
  readonly routes: readonly string[]
  readonly state: string
  readonly created_at: string
  readonly expires_at: string | null
}

export async function keys(args: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...CONNECT_OPTIONS,
      team: { type: 'string', default: 'default' },
      name: { type: 'string', default: '' },
      route: { type: 'string', multiple: true, default: [] },
      expires: { type: 'string' },
      grace: { type: 'string', default: '1h' },
      admin: { type: 'boolean', default: false },
    },
  })
  const [action, id] = positionals
  if (values.help || action === undefined) return show(io, HELP)
  const admin = await connect(values, io)
  if (action === 'list') return list(admin, values.json, io)
  if (action === 'create') {
    const expiresMs = values.expires === undefined ? undefined : durationMs(values.expires)
    if (values.expires !== undefined && expiresMs === undefined)
      return fail(io, `--expires "${values.expires}" is not a duration such as 12h or 30d`)
    const created = await admin.call<ShownKey>('POST', '/admin/v1/keys', {
      role: values.admin ? 'admin' : 'app',
      team: values.team,
      name: values.name,
      routes: values.route,
      ...(expiresMs === undefined ? {} : { expires_at: new Date(Date.now() + expiresMs).toISOString() }),
    })
    return printNew(created, values.json, io)
  }
  if (id === undefined) return fail(io, `"keys ${action}" needs the id of a key; "keys list" shows them`)
  if (action === 'rotate') {
    const graceMs = durationMs(values.grace)
    if (graceMs === undefined) return fail(io, `--grace "${values.grace}" is not a duration such as 10m or 1h`)
    const path = `/admin/v1/keys/${encodeURIComponent(id)}/rotate`
    return printNew(
      await admin.call<ShownKey>('POST', path, { grace_seconds: Math.round(graceMs / 1000) }),
      values.json,
      io,
    )
  }
  if (action === 'revoke') {
    const revoked = await admin.call<ShownKey>('DELETE', `/admin/v1/keys/${encodeURIComponent(id)}`)
    return show(
      io,
      values.json
        ? `${JSON.stringify(revoked)}\n`
        : `key ${revoked.id} is revoked; it stops everywhere within 5 seconds\n`,
    )
  }
  return fail(io, `there is no "keys ${action}"\n\n${HELP}`)
}

async function list(admin: AdminClient, json: boolean, io: CliIo): Promise<number> {
  const { data } = await admin.call<{ data: readonly ShownKey[] }>('GET', '/admin/v1/keys')
  if (json) return show(io, `${JSON.stringify(data)}\n`)
  const text = table(
    data,
    [
      { title: 'id', cell: (key) => key.id },
      { title: 'role', cell: (key) => key.role },
      { title: 'team', cell: (key) => key.team },
      { title: 'state', cell: (key) => key.state },
      { title: 'routes', cell: (key) => key.routes.join(' ') || 'all' },
      { title: 'created', cell: (key) => key.created_at.slice(0, 16).replace('T', ' ') },
      { title: 'expires', cell: (key) => key.expires_at?.slice(0, 16).replace('T', ' ') ?? '' },
      { title: 'name', cell: (key) => key.name },
    ],
    'no keys yet; make one with: keys create',
  )
  return show(io, text)
}

function printNew(created: ShownKey, json: boolean, io: CliIo): number {
  if (json) return show(io, `${JSON.stringify(created)}\n`)
  return show(
    io,
    `${created.key ?? ''}\n\nid ${created.id}, team ${created.team}, role ${created.role}. Shown once: keep it now.\n`,
  )
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function durationMs(text: string): number | undefined {
  const match = /^(\d{1,6})([smhd])$/.exec(text)
  return match ? Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0) : undefined
}

function show(io: CliIo, text: string): number {
  io.stdout(text)
  return 0
}

function fail(io: CliIo, message: string): number {
  io.stderr(`sluice: ${message}\n`)
  return 1
}
