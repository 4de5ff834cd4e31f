/** Judges outcomes, prints them as a table, and writes results.json and the page for readers. */

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Exception, ExceptionList } from './exceptions.ts'
import type { ClientProof } from './proof.ts'
import type { Outcome } from './run-checks.ts'
import { STAND_INS } from './stand-ins.ts'

export const EXCEPTIONS = 'scripts/prove-clients/exceptions.json'
export const DOCUMENT = 'docs/clients.md'
const ROOT = path.join(import.meta.dirname, '../..')
const RESULTS = path.join(import.meta.dirname, 'results.json')

export type Judged = Outcome & {
  readonly verdict: 'passed' | 'not carried' | 'failed'
  /** Why it is not carried. */
  readonly reason?: string
}

export function judge(outcomes: readonly Outcome[], exceptions: ExceptionList): Judged[] {
  return outcomes.map((outcome) => {
    if (outcome.passed) return { ...outcome, verdict: 'passed' }
    const exception = exceptions.find(outcome)
    return exception
      ? { ...outcome, verdict: 'not carried', reason: exception.reason }
      : { ...outcome, verdict: 'failed' }
  })
}

/** The table, the failures with what the gateway said, and the one line that counts. */
export function printReport(judged: readonly Judged[], stale: readonly Exception[]): void {
  console.log(`\n${tableOf(judged)}\n`)
  for (const { client, check, upstream, verdict, why, stated } of judged) {
    if (verdict !== 'failed') continue
    console.log(`FAILED ${client} / ${check} / ${upstream}\n    ${why}`)
    for (const text of stated) console.log(`    gateway: ${text.slice(0, 300)}`)
  }
  for (const { match } of stale) console.log(`This exception no longer happens; take it out: ${match}`)
  const count = (verdict: Judged['verdict']): number => judged.filter((one) => one.verdict === verdict).length
  console.log(
    `${count('passed')} passed, ${count('not carried')} not carried (explained), ${count('failed') + stale.length} failed`,
  )
}

function tableOf(judged: readonly Judged[]): string {
  const upstreams = STAND_INS.map(({ id }) => id).filter((id) => judged.some(({ upstream }) => upstream === id))
  const clients = [...new Set(judged.map(({ client }) => client))]
  const rows = clients.map((client) => [
    client,
    ...upstreams.map((id) => cellOf(judged.filter((one) => one.client === client && one.upstream === id))),
  ])
  const lines = [['client', ...upstreams], ...rows]
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cellOf(some: readonly Judged[]): string {
  if (some.length === 0) return ''
  const passed = some.filter(({ verdict }) => verdict === 'passed').length
  const failed = some.filter(({ verdict }) => verdict === 'failed').length
  return `${passed}/${some.length}${failed ? ` (${failed} failed)` : ''}`
}

/** Same outcomes, same files: neither holds times or dates. */
export function writeReport(
  proofs: readonly ClientProof[],
  judged: readonly Judged[],
  versionOf: (name: string) => string | undefined,
): void {
  const clients = proofs.map((proof) => ({
    client: proof.title,
    speaks: proof.speaks,
    packages: Object.fromEntries(proof.packages.map((name) => [name, versionOf(name) ?? 'not installed'])),
    ...(proof.unavailable?.() === undefined ? {} : { skipped: proof.unavailable() }),
  }))
  const results = judged.map(({ client, check, upstream, verdict, reason, why, stated }) => ({
    client,
    check,
    upstream,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    ...(verdict === 'failed' ? { why } : {}),
    ...(stated.length ? { stated } : {}),
  }))
  writeFileSync(RESULTS, JSON.stringify({ clients, results }))
  spawnSync(path.join(ROOT, 'node_modules/.bin/biome'), ['format', '--write', RESULTS])
  writeFileSync(path.join(ROOT, DOCUMENT), pageOf(clients, judged))
}

type ClientLine = { client: string; speaks: string; packages: Record<string, string>; skipped?: string | undefined }

function pageOf(clients: readonly ClientLine[], judged: readonly Judged[]): string {
  const count = (verdict: Judged['verdict']): number => judged.filter((one) => one.verdict === verdict).length
  const upstreams = STAND_INS.filter(({ id }) => judged.some(({ upstream }) => upstream === id))
  return [
    '# Clients',
    '',
    'Written by `npm run prove:clients`; do not edit. It drives the client libraries below against the running gateway. Behind the',
    'gateway stands a scripted upstream that speaks as each provider does and refuses what the real one would refuse. Every client',
    'meets every provider: where both speak the same format bytes pass through, elsewhere the gateway translates.',
    '',
    `${count('passed')} checks pass, ${count('not carried')} are not carried (the reason stands below and the gateway states it), ${count('failed')} fail.`,
    '',
    'An empty cell: the provider has nothing of the kind, or the check is about the gateway alone.',
    '',
    '| Upstream | Provider kind | Chat format |',
    '|---|---|---|',
    ...upstreams.map(({ id, kind, dialect }) => `| ${id} | ${kind} | ${dialect} |`),
    '',
    ...clients.flatMap((line) =>
      sectionOf(
        line,
        judged.filter(({ client }) => client === line.client),
      ),
    ),
  ].join('\n')
}

function sectionOf({ client, speaks, packages, skipped }: ClientLine, judged: readonly Judged[]): string[] {
  const versions = Object.entries(packages).map(([name, version]) => `\`${name}\` ${version}`)
  const heading = [`## ${client}`, '', `${versions.join(', ')}; speaks ${speaks}.`, '']
  if (skipped !== undefined) return [...heading, `Skipped: ${skipped}`, '']
  const upstreams = STAND_INS.map(({ id }) => id).filter((id) => judged.some(({ upstream }) => upstream === id))
  const reasons: string[] = []
  const rows = [...new Set(judged.map(({ check }) => check))].map((check) => {
    const cells = upstreams.map((id) =>
      markOf(
        judged.find((one) => one.check === check && one.upstream === id),
        reasons,
      ),
    )
    return `| ${check} | ${cells.join(' | ')} |`
  })
  return [
    ...heading,
    `| Check | ${upstreams.join(' | ')} |`,
    `|---|${upstreams.map(() => '---|').join('')}`,
    ...rows,
    '',
    ...reasons.map((reason, index) => `${index + 1}. Not carried: ${reason}`),
    ...(reasons.length ? [''] : []),
  ]
}

function markOf(one: Judged | undefined, reasons: string[]): string {
  if (!one) return ''
  if (one.reason === undefined) return one.verdict
  if (!reasons.includes(one.reason)) reasons.push(one.reason)
  return `not carried (${reasons.indexOf(one.reason) + 1})`
}
