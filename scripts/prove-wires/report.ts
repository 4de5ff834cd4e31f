/** Turns proven exchanges into a table, groups of failures by cause, and the one line that counts. */

import type { Difference } from './compare.ts'
import type { ExceptionList, Recording } from './exceptions.ts'

/** A recording, chat or not, with every run it took part in. */
export interface Proven {
  readonly exchange: Recording & { readonly pointer: string }
  readonly runs: readonly {
    /** `same-wire`, or the app's format. */
    readonly direction: string
    readonly name: string
    readonly differences: readonly Difference[]
  }[]
  readonly unreadable?: string
}

/** A run that broke a promise and is not an explained exception. */
export interface Failure {
  readonly id: string
  readonly provider: string
  readonly kind: string
  /** Direction and what was compared: `crosswise finish`. */
  readonly check: string
  readonly run: string
  readonly detail: string
  readonly pointer: string
}

interface Count {
  passed: number
  failed: number
  excepted: number
}

export interface Report {
  readonly passed: number
  readonly failed: number
  readonly excepted: number
  readonly failures: readonly Failure[]
  readonly unreadable: readonly {
    readonly id: string
    readonly provider: string
    readonly kind: string
    readonly why: string
  }[]
  readonly table: string
}

/** Counts runs. A run passes when it has no difference, and is excepted when every difference it has is listed. */
export function summarise(proven: readonly Proven[], exceptions: ExceptionList): Report {
  const rows = new Map<string, { 'same wire': Count; crosswise: Count; exchanges: number; unreadable: number }>()
  const total: Count = { passed: 0, failed: 0, excepted: 0 }
  const failures: Failure[] = []
  for (const { exchange, runs, unreadable } of proven) {
    const name = `${exchange.provider} ${exchange.wire} ${exchange.kind}`
    const row = rows.get(name) ?? { 'same wire': emptyCount(), crosswise: emptyCount(), exchanges: 0, unreadable: 0 }
    rows.set(name, row)
    row.exchanges += 1
    if (unreadable) row.unreadable += 1
    for (const run of runs) {
      const open = run.differences.filter(({ check }) => !isExplained(exceptions, exchange, run.direction, check))
      const verdict = open.length ? 'failed' : run.differences.length ? 'excepted' : 'passed'
      row[run.direction === 'same-wire' ? 'same wire' : 'crosswise'][verdict] += 1
      total[verdict] += 1
      for (const { check, detail } of open) {
        const { id, provider, kind, pointer } = exchange
        failures.push({ id, provider, kind, check: `${run.direction} ${check}`, run: run.name, detail, pointer })
      }
    }
  }
  const lines = [...rows].map(([name, row]) => [
    name,
    String(row.exchanges),
    show(row['same wire']),
    show(row.crosswise),
    row.unreadable ? String(row.unreadable) : '',
  ])
  return {
    ...total,
    failures,
    unreadable: proven.flatMap(({ exchange: { id, provider, kind }, unreadable: why }) =>
      why ? [{ id, provider, kind, why }] : [],
    ),
    table: columns([['provider, wire, kind', 'exchanges', 'same wire', 'crosswise', 'unreadable'], ...lines]),
  }
}

/** An exception names the app's wire, or `crosswise` for every other wire than the recording's. */
function isExplained(exceptions: ExceptionList, exchange: Recording, direction: string, check: string): boolean {
  if (exceptions.covers(exchange, `${direction} ${check}`)) return true
  return direction !== 'same-wire' && exceptions.covers(exchange, `crosswise ${check}`)
}

function emptyCount(): Count {
  return { passed: 0, failed: 0, excepted: 0 }
}

function show({ passed, failed, excepted }: Count): string {
  return `${passed}/${passed + failed + excepted}${failed ? ` (${failed} failed)` : ''}${excepted ? ` (${excepted} excepted)` : ''}`
}

function columns(lines: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const line of lines)
    for (const [index, cell] of line.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Failures grouped by what was compared, each with some ids and one detail, most frequent first. */
export function groupFailures(failures: readonly Failure[], isVerbose: boolean): string {
  const groups = new Map<string, Failure[]>()
  for (const failure of failures) groups.set(failure.check, [...(groups.get(failure.check) ?? []), failure])
  const sorted = [...groups].sort((a, b) => b[1].length - a[1].length)
  return sorted.map(([check, group]) => describeGroup(check, group, isVerbose)).join('\n')
}

function describeGroup(check: string, group: readonly Failure[], isVerbose: boolean): string {
  const byExchange = new Map<string, Failure>()
  for (const failure of group) if (!byExchange.has(failure.id)) byExchange.set(failure.id, failure)
  const examples = [...byExchange.values()].slice(0, isVerbose ? Number.POSITIVE_INFINITY : 4)
  const lines = examples.map((one) => `    ${one.id} ${one.provider} ${one.kind} [${one.run}]: ${one.detail}`)
  const more = byExchange.size > examples.length ? [`    and ${byExchange.size - examples.length} more exchanges`] : []
  return [`  ${check}: ${group.length} runs of ${byExchange.size} exchanges`, ...lines, ...more].join('\n')
}
