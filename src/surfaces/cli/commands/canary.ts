/** `sluice canary`: where the canaries of a running gateway stand, and an admin's word on one. */

import { parseArgs } from 'node:util'
import { CANARY_COMMANDS, type CanaryMeasure } from '../../../ground/canary.ts'
import { formatDollars } from '../../../ground/money.ts'
import type { CliIo } from '../cli-io.ts'
import { CONNECT_OPTIONS, connect } from '../connect.ts'
import { table } from '../table.ts'

const HELP = `sluice canary <status|promote|rollback|pause|resume> [route] [options]

  canary status [ROUTE] [--json]   share, calls and evidence of each canary, and every step it took
  canary promote ROUTE             gives it all calls            canary rollback ROUTE   gives it none
  canary pause ROUTE               keeps its share as it is      canary resume ROUTE     lets evidence move it again
`

interface ShownFinding {
  readonly measure: CanaryMeasure
  readonly allowed: number
  readonly champion: number | null
  readonly canary: number | null
  readonly verdict: string
}

interface ShownCanary {
  readonly route: string
  readonly target: string
  readonly phase: string
  readonly share: number
  readonly min_calls: number
  readonly next_step_not_before: string | null
  readonly calls: { readonly champion: number; readonly canary: number }
  readonly verdict: string
  readonly findings: readonly ShownFinding[]
  readonly events: readonly {
    readonly at: string
    readonly what: string
    readonly share: number
    readonly by: string
  }[]
}

export async function canary(args: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...CONNECT_OPTIONS, help: { type: 'boolean', short: 'h', default: false } },
  })
  const [verb, route, ...more] = positionals
  if (values.help) {
    io.stdout(HELP)
    return 0
  }
  const command = CANARY_COMMANDS.find((word) => word === verb)
  if (more.length > 0 || (verb !== 'status' && !(command && route))) {
    io.stderr(`sluice: say what to do with which canary\n\n${HELP}`)
    return 1
  }
  const admin = await connect(values, io)
  const all = command
    ? [await admin.call<ShownCanary>('POST', `/admin/v1/canaries/${encodeURIComponent(route ?? '')}`, { command })]
    : (await admin.call<{ data: readonly ShownCanary[] }>('GET', '/admin/v1/canaries')).data
  const shown = route === undefined ? all : all.filter((each) => each.route === route)
  if (shown.length === 0) {
    io.stderr(route === undefined ? 'sluice: no route has a canary\n' : `sluice: the route "${route}" has no canary\n`)
    return 1
  }
  io.stdout(values.json ? shown.map((each) => `${JSON.stringify(each)}\n`).join('') : shown.map(text).join('\n'))
  return 0
}

const SENTENCES: Readonly<Record<string, string>> = {
  worse: 'It is proven worse than allowed.',
  'no-worse': 'It is proven no worse than allowed.',
  open: 'Nothing is proven yet.',
}

function text(canary: ShownCanary): string {
  const { route, target, phase, share, calls, verdict, findings, events } = canary
  const few = Math.min(calls.champion, calls.canary) < canary.min_calls
  const until = canary.next_step_not_before ? `, no step before ${canary.next_step_not_before.slice(0, 16)} UTC` : ''
  return [
    `${route}: ${target} is ${phase} at ${percent(share)} of the calls${until}`,
    `${few ? `Too few calls to judge (${canary.min_calls} on each side are needed).` : (SENTENCES[verdict] ?? verdict)}\n`,
    table(
      [
        {
          measure: 'calls in this step',
          allowed: '',
          champion: String(calls.champion),
          canary: String(calls.canary),
          verdict: '',
        },
        ...findings.map((finding) => ({
          measure: finding.measure.replaceAll('_', ' '),
          allowed: allowed(finding),
          champion: value(finding.measure, finding.champion),
          canary: value(finding.measure, finding.canary),
          verdict: finding.verdict,
        })),
      ],
      [
        { title: '', cell: (line) => line.measure },
        { title: 'beside it', align: 'right', cell: (line) => line.champion },
        { title: 'canary', align: 'right', cell: (line) => line.canary },
        { title: 'may be', cell: (line) => line.allowed },
        { title: 'proven', cell: (line) => line.verdict },
      ],
      '',
    ),
    ...events.map(
      ({ at, what, share: to, by }) => `${at.slice(0, 19).replace('T', ' ')}  ${what} at ${percent(to)} by ${by}\n`,
    ),
  ].join('\n')
}

function allowed({ measure, allowed: rule }: ShownFinding): string {
  if (measure === 'feedback') return `lower by ${percent(rule)}`
  return measure === 'error_rate' || measure === 'guardrail_rate' ? `higher by ${percent(rule)}` : `${rule} times`
}

function value(measure: CanaryMeasure, found: number | null): string {
  if (found === null) return '?'
  if (measure === 'cost') return `${formatDollars(BigInt(Math.round(found)))} USD`
  return measure === 'latency' || measure === 'p95_latency' ? `${Math.round(found)} ms` : percent(found)
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`
}
