/** Gathers measurements round by round and turns them into the published table. */

import { cpus } from 'node:os'
import type { Measurement } from './measure.ts'
import { median, type RatioSummary, ratioToAnchor } from './statistics.ts'

/** One row of a table: a contender under one load. */
export interface RowKey {
  readonly name: string
  readonly kind: 'whole' | 'stream'
  readonly connections: number
}

export interface ResultRow extends RowKey {
  readonly rounds: number
  readonly errors: number
  readonly requestsPerSecond: number
  readonly cpuUsPerRequest: number
  readonly cpuUsPerChunk: number
  /** CPU of this row by CPU of the anchor in the same round. */
  readonly cpuRatio: RatioSummary | undefined
  readonly p50Us: number
  readonly p99Us: number
  readonly firstByteP50Us: number
  readonly firstByteP99Us: number
  readonly chunkDelayP50Us: number
  readonly chunkDelayP99Us: number
  readonly residentMiB: number
  /** Why the numbers must not be believed. */
  readonly invalid: string | undefined
}

export class Results {
  readonly #rows = new Map<string, { key: RowKey; byRound: Map<number, Measurement> }>()
  readonly #invalid = new Map<string, string>()

  add(key: RowKey, round: number, measurement: Measurement): void {
    const id = idOf(key)
    const row = this.#rows.get(id) ?? { key, byRound: new Map<number, Measurement>() }
    row.byRound.set(round, measurement)
    this.#rows.set(id, row)
    if (measurement.errors > 0)
      this.#invalid.set(id, `${measurement.errors} errors: ${measurement.firstError.slice(0, 120)}`)
    else if (!(measurement.cpuUsPerRequest > 0)) this.#invalid.set(id, 'no CPU was counted')
  }

  /** Marks every row of a contender. */
  distrust(names: readonly string[], why: string): void {
    for (const [id, { key }] of this.#rows) if (names.includes(key.name)) this.#invalid.set(id, why)
  }

  /** In the order of `names`; ratios are to `anchor` under the same load. */
  rows(names: readonly string[], anchor: string): ResultRow[] {
    const rows = [...this.#rows.values()].sort((a, b) => names.indexOf(a.key.name) - names.indexOf(b.key.name))
    return rows.map(({ key, byRound }) => {
      const base = this.#rows.get(idOf({ ...key, name: anchor }))?.byRound
      const measurements = [...byRound.values()]
      const middle = (field: Exclude<keyof Measurement, 'firstError'>): number =>
        median(measurements.map((each) => each[field]))
      return {
        ...key,
        rounds: byRound.size,
        errors: measurements.reduce((sum, each) => sum + each.errors, 0),
        requestsPerSecond: median(measurements.map((each) => each.requests / each.seconds)),
        cpuUsPerRequest: middle('cpuUsPerRequest'),
        cpuUsPerChunk: middle('cpuUsPerChunk'),
        cpuRatio: base && ratioToAnchor(cpuOf(byRound), cpuOf(base)),
        p50Us: middle('p50Us'),
        p99Us: middle('p99Us'),
        firstByteP50Us: middle('firstByteP50Us'),
        firstByteP99Us: middle('firstByteP99Us'),
        chunkDelayP50Us: middle('chunkDelayP50Us'),
        chunkDelayP99Us: middle('chunkDelayP99Us'),
        residentMiB: middle('residentMiB'),
        invalid: this.#invalid.get(idOf(key)),
      }
    })
  }
}

/** The table as Markdown, one for whole replies and one for streams. */
export function markdown(rows: readonly ResultRow[], facts: readonly string[]): string {
  const whole = rows.filter((row) => row.kind === 'whole')
  const stream = rows.filter((row) => row.kind === 'stream')
  const tables = [
    whole.length ? `## Whole replies\n\n${wholeTable(whole)}` : '',
    stream.length ? `## Streams (50 chunks, 20 ms apart)\n\n${streamTable(stream)}` : '',
  ]
  return `# Bench\n\n${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${tables.filter(Boolean).join('\n\n')}\n`
}

/** The machine in words. */
export function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${process.platform} ${process.arch}`
}

function wholeTable(rows: readonly ResultRow[]): string {
  const head =
    '| contender | connections | CPU µs/request | × bare workerd | requests/s | p50 µs | p99 µs | RSS MiB |\n|---|--:|--:|--:|--:|--:|--:|--:|'
  const lines = rows.map(
    (row) =>
      `| ${nameCell(row)} | ${row.connections} | ${whole(row.cpuUsPerRequest)} | ${ratioCell(row)} | ${whole(row.requestsPerSecond)} | ${whole(row.p50Us)} | ${whole(row.p99Us)} | ${whole(row.residentMiB)} |`,
  )
  return [head, ...lines].join('\n')
}

function streamTable(rows: readonly ResultRow[]): string {
  const head =
    '| contender | streams | CPU µs/chunk | × bare workerd | first byte p50 / p99 ms | chunk delay p50 / p99 ms | RSS MiB |\n|---|--:|--:|--:|--:|--:|--:|'
  const lines = rows.map(
    (row) =>
      `| ${nameCell(row)} | ${row.connections} | ${whole(row.cpuUsPerChunk)} | ${ratioCell(row)} | ${ms(row.firstByteP50Us)} / ${ms(row.firstByteP99Us)} | ${ms(row.chunkDelayP50Us)} / ${ms(row.chunkDelayP99Us)} | ${whole(row.residentMiB)} |`,
  )
  return [head, ...lines].join('\n')
}

function nameCell(row: ResultRow): string {
  return row.invalid ? `INVALID ${row.name} (${row.invalid.replaceAll('|', '/')})` : row.name
}

function ratioCell({ cpuRatio }: ResultRow): string {
  return cpuRatio ? `${cpuRatio.median.toFixed(2)} (${cpuRatio.lowest.toFixed(2)}–${cpuRatio.highest.toFixed(2)})` : '-'
}

function cpuOf(byRound: ReadonlyMap<number, Measurement>): Map<number, number> {
  return new Map([...byRound].map(([round, measurement]) => [round, measurement.cpuUsPerRequest]))
}

function whole(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0) : '-'
}

function ms(us: number): string {
  return Number.isFinite(us) ? (us / 1000).toFixed(1) : '-'
}

function idOf({ name, kind, connections }: RowKey): string {
  return JSON.stringify([name, kind, connections])
}
