/** Reads the flags of `npm run bench`. */

import { parseArgs } from 'node:util'

export interface BenchOptions {
  readonly rounds: number
  /** Length of one measurement. */
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Connections in the measurements of whole replies; empty when only streams are measured. */
  readonly connections: readonly number[]
  /** Streams at a time; 0 when only whole replies are measured. */
  readonly streams: number
  /** Contenders asked for by id; undefined means all. */
  readonly only: readonly string[] | undefined
  /** Names the result files. */
  readonly date: string
  readonly quick: boolean
  /** Measures what the ledger and limits add instead of Sluice beside its peers. */
  readonly accounting: boolean
}

export const USAGE = `npm run bench -- [options]

  --quick            about one minute, two rounds: shows that everything works, too short to quote
  --rounds 5         how often everything is measured, each time in a new random order
  --secs 3           length of one measurement in seconds
  --conc 1,16,64     connections for whole replies
  --streams 25       streams at a time
  --stream           measure streams only
  --whole            measure whole replies only
  --accounting       instead of peers: Sluice without its ledger, with it, and with limits and budgets, leased and strict
  --only a,b         only these contenders: direct, nginx, node, workerd, portkey, sluice (workerd always runs: it is the anchor)
  --date 2026-11-23  name of the result files; otherwise the time now
`

/** A text instead of options is what to print before giving up. */
export function readOptions(args: string[], now: Date): BenchOptions | string {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      secs: { type: 'string' },
      conc: { type: 'string' },
      streams: { type: 'string', default: '25' },
      stream: { type: 'boolean', default: false },
      whole: { type: 'boolean', default: false },
      accounting: { type: 'boolean', default: false },
      only: { type: 'string' },
      date: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return USAGE
  if (values.stream && values.whole) return `--stream and --whole exclude each other.\n\n${USAGE}`
  const { quick } = values
  const rounds = Number(values.rounds ?? (quick ? 2 : 5))
  const seconds = Number(values.secs ?? (quick ? 1.2 : 3))
  const connections = (values.conc ?? (quick ? '16' : '1,16,64')).split(',').map(Number)
  const streams = Number(values.streams)
  const counts = [rounds, streams, ...connections]
  if (!counts.every((count) => Number.isInteger(count) && count > 0 && count <= 1000) || !(seconds >= 0.5))
    return `--rounds, --conc and --streams take whole numbers from 1 to 1000, --secs at least 0.5.\n\n${USAGE}`
  return {
    rounds,
    seconds,
    warmUpSeconds: quick ? 1 : 3,
    connections: values.stream ? [] : connections,
    streams: values.whole ? 0 : streams,
    only: values.only?.split(','),
    date: values.date ?? now.toISOString().slice(0, 16).replace(':', '').replace('T', '-'),
    quick,
    accounting: values.accounting,
  }
}
