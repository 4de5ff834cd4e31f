/** Writes one run down: Markdown for people, JSON with every sample for programs. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MachineFacts } from './machine.ts'
import type { Sample } from './measure.ts'
import type { BenchOptions } from './options.ts'
import type { Row } from './summarise.ts'

export interface BenchRun {
  readonly options: BenchOptions
  /** The row that ratios are to. */
  readonly anchorName: string
  readonly machine: MachineFacts
  readonly pinning: string
  readonly loadBefore: number
  readonly loadAfter: number
  /** Version of every contender measured, by id. */
  readonly versions: Readonly<Record<string, string>>
  /** One line for each contender that is missing, and for each row that must not be believed. */
  readonly notes: readonly string[]
  readonly rows: readonly Row[]
  readonly samples: readonly Sample[]
}

/** Writes `<folder>/<date>.json` and `.md`; gives the Markdown file's path. */
export function writeResults(run: BenchRun, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, run.options.date)
  writeFileSync(`${file}.json`, `${JSON.stringify(run, null, 1)}\n`)
  writeFileSync(`${file}.md`, markdown(run))
  return `${file}.md`
}

/** The whole page. */
export function markdown(run: BenchRun): string {
  const { options, machine } = run
  const versions = Object.entries(run.versions).map(([id, version]) => `${id} ${version}`)
  const facts = [
    `${machine.processor}, ${machine.processors} processors, ${machine.memoryGb} GB, ${machine.system}; ${run.pinning}.`,
    `Commit ${machine.commit}, Node ${process.version}. ${versions.join('; ')}.`,
    `${options.rounds} rounds of ${options.seconds} s each; load on the machine ${run.loadBefore} before, ${run.loadAfter} after.`,
    `"x CPU" is the median (lowest to highest) of the ratios to "${run.anchorName}" in the same round.`,
  ]
  if (options.quick) facts.push('A quick run: too short to quote.')
  return [`# Bench ${options.date}\n`, `${facts.join('\n')}\n`, tables(run), ''].join('\n')
}

/** The tables and notes alone, as printed at the end of a run. */
export function tables({ rows, notes }: Pick<BenchRun, 'rows' | 'notes'>): string {
  const whole = rows.filter(({ scenario }) => scenario.kind === 'whole')
  const streams = rows.filter(({ scenario }) => scenario.kind === 'stream')
  const parts: string[] = []
  if (whole.length > 0) parts.push(table('Whole replies', WHOLE_COLUMNS, whole))
  if (streams.length > 0) parts.push(table('Streams of 50 chunks, 20 ms apart', STREAM_COLUMNS, streams))
  if (notes.length > 0) parts.push(`${notes.map((note) => `- ${note}`).join('\n')}\n`)
  return parts.join('\n')
}

type Column = readonly [title: string, cell: (row: Row) => string]

const NAME: Column = ['contender', (row) => (row.problem === undefined ? row.name : `INVALID ${row.name}`)]
const RATIO: Column = ['x CPU', ratio]
const MEMORY: Column = ['RSS MB', (row) => digits(row.residentMb)]
const ERRORS: Column = ['errors', (row) => String(row.errors)]

const WHOLE_COLUMNS: readonly Column[] = [
  NAME,
  ['connections', (row) => String(row.scenario.connections)],
  ['requests/s', (row) => digits(row.requestsPerSecond)],
  ['CPU µs/request', (row) => digits(row.cpuUsPerRequest)],
  RATIO,
  ['p50 µs', (row) => digits(row.p50Us)],
  ['p99 µs', (row) => digits(row.p99Us)],
  MEMORY,
  ERRORS,
]

const STREAM_COLUMNS: readonly Column[] = [
  NAME,
  ['streams', (row) => String(row.scenario.connections)],
  ['first byte p50 ms', (row) => digits(row.firstByteP50Us / 1000, 1)],
  ['first byte p99 ms', (row) => digits(row.firstByteP99Us / 1000, 1)],
  ['chunk delay p50 ms', (row) => digits(row.chunkDelayP50Us / 1000, 2)],
  ['chunk delay p99 ms', (row) => digits(row.chunkDelayP99Us / 1000, 2)],
  ['CPU µs/chunk', (row) => digits(row.cpuUsPerChunk)],
  RATIO,
  MEMORY,
  ERRORS,
]

function table(title: string, columns: readonly Column[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const lines = [
    line(columns.map(([name]) => name)),
    `|${columns.map((_, index) => (index === 0 ? '---|' : '--:|')).join('')}`,
    ...rows.map((row) => line(columns.map(([, cell]) => cell(row)))),
  ]
  return `## ${title}\n\n${lines.join('\n')}\n`
}

function ratio({ cpuToAnchor }: Row): string {
  if (cpuToAnchor === undefined) return '-'
  const { median, lowest, highest } = cpuToAnchor
  return `${median.toFixed(2)} (${lowest.toFixed(2)}–${highest.toFixed(2)})`
}

function digits(value: number, after = 0): string {
  return Number.isFinite(value) ? value.toFixed(after) : '-'
}
