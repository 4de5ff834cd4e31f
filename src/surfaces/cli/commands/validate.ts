/** `sluice validate`: checks the documents and shows what they amount to. */

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import {
  CHAT_ENDPOINT_NAMES,
  type EffectivePolicy,
  type EndpointName,
  type Revision,
  type RouteSettings,
} from '../../../config/revision.ts'
import { formatBytes, formatDuration } from '../../../config/units.ts'
import { checkBundle, type SecretState } from '../check-bundle.ts'
import type { CliIo } from '../cli-io.ts'
import { table } from '../table.ts'

const HELP = `sluice validate [-t dev|staging|prod] [folder]

  Checks sluice.yml, routes/*.yml and policies/*.yml, and shows the routes, the limits in force and the secrets they need.
  Exit code 1 when something is wrong. A missing secret is shown, but is not a fault of the documents.
`

/** Problems go to stderr, one a line as file:line:column; the summary goes to stdout. */
export async function validate(args: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { target: { type: 'string', short: 't' }, help: { type: 'boolean', short: 'h', default: false } },
  })
  if (values.help) {
    io.stdout(HELP)
    return 0
  }
  if (positionals.length > 1) {
    io.stderr(`sluice: validate takes one folder, not ${positionals.length}\n`)
    return 1
  }
  const checked = await checkBundle(resolve(io.cwd, positionals[0] ?? '.'), values.target, io)
  if (!checked.ok) {
    io.stderr(`sluice: ${checked.error}\n`)
    return 1
  }
  const { revision, secrets } = checked.value
  io.stdout([heading(revision), routesTable(revision), limitsTable(revision), secretsTable(secrets)].join('\n'))
  return 0
}

function heading({ bundle, target, mode, hash, organisation, teams }: Revision): string {
  const who = `organisation ${organisation}, ${teams.length === 1 ? 'team' : 'teams'} ${teams.join(', ')}`
  return `bundle ${bundle}, target ${target} (${mode}), ${who}\nrevision ${hash.slice(0, 12)}\n`
}

function routesTable({ routes }: Revision): string {
  return table(
    routes,
    [
      { title: 'route', cell: (route) => route.name },
      { title: 'accepts', cell: (route) => acceptsInShort(route.accepts) },
      { title: 'targets', cell: targetsCell },
      { title: 'fallback', cell: (route) => route.fallback.map((target) => target.name).join(', ') || '-' },
      { title: 'policies', cell: (route) => route.policies.join(', ') || '-' },
    ],
    'no routes',
  )
}

/** Shares in per cent when there is more than one target. */
function targetsCell({ targets }: RouteSettings): string {
  if (targets.length === 1) return targets[0]?.name ?? ''
  const total = targets.reduce((sum, target) => sum + target.weight, 0)
  return targets.map(({ name, weight }) => `${name} ${Number(((weight / total) * 100).toFixed(1))}%`).join(', ')
}

/** Routes under the same limits share a line. */
function limitsTable({ routes }: Revision): string {
  const groups = Map.groupBy(routes, (route) => JSON.stringify(route.policy))
  const rows = [...groups.values()].flatMap(([first, ...others]) =>
    first ? [{ policy: first.policy, names: [first, ...others].map((route) => route.name) }] : [],
  )
  return table<{ policy: EffectivePolicy; names: string[] }>(
    rows,
    [
      { title: 'limits for', cell: ({ names }) => names.join(', ') },
      { title: 'body', align: 'right', cell: ({ policy }) => formatBytes(policy.maxBodyBytes) },
      { title: 'depth', align: 'right', cell: ({ policy }) => String(policy.maxJsonDepth) },
      { title: 'output tokens', align: 'right', cell: ({ policy }) => String(policy.maxOutputTokens ?? '-') },
      { title: 'first byte', align: 'right', cell: ({ policy }) => formatDuration(policy.firstByteTimeoutMs) },
      { title: 'idle', align: 'right', cell: ({ policy }) => formatDuration(policy.idleTimeoutMs) },
      { title: 'total', align: 'right', cell: ({ policy }) => formatDuration(policy.totalTimeoutMs) },
      { title: 'lossy translation', cell: ({ policy }) => policy.lossyTranslation },
    ],
    'no limits',
  )
}

function secretsTable(secrets: readonly SecretState[]): string {
  return table(
    secrets,
    [
      { title: 'secret', cell: (secret) => secret.name },
      {
        title: 'state',
        cell: ({ source }) => (source ? `set in ${source === 'environment' ? 'the environment' : source}` : 'missing'),
      },
      {
        title: 'needed by',
        cell: ({ routes, alerts = [] }) => [...routes, ...alerts.map((name) => `alerts to ${name}`)].join(', '),
      },
    ],
    'no secrets needed',
  )
}

/** Most routes take every chat format: then that is one phrase. */
function acceptsInShort(accepts: readonly EndpointName[]): string {
  const formats: readonly EndpointName[] = CHAT_ENDPOINT_NAMES
  if (!formats.every((name) => accepts.includes(name))) return accepts.join(', ')
  return ['chat in any format', ...accepts.filter((name) => !formats.includes(name))].join(', ')
}
