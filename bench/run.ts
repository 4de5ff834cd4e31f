/** `npm run bench`: measures Sluice beside its peers, interleaved in one run, and saves the table. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildNative } from './build-native.ts'
import type { Contender, Entry, RunningContender } from './contenders/contender.ts'
import { CONTENDERS } from './contenders/index.ts'
import { ANCHOR_NAME } from './contenders/workerd.ts'
import { type Measurement, measure } from './measure.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { BENCH, RESULTS } from './paths.ts'
import { isPortFree } from './pinned-process.ts'
import { ownsPort, processTree } from './process-tree.ts'
import { type ProcessorPlan, planProcessors } from './processor-plan.ts'
import { machine, markdown, Results, type RowKey } from './results.ts'
import { shuffled } from './statistics.ts'

interface Racer {
  readonly contender: Contender
  readonly running: RunningContender
  readonly version: string
  /** Requests answered so far, for the audit. */
  answered: number
}

interface Job {
  readonly racer: Racer
  readonly entry: Entry
  readonly kind: RowKey['kind']
  readonly connections: number
}

const options = readOptions(process.argv.slice(2), new Date())
process.exitCode = typeof options === 'string' ? refuse(options) : await run(options)

function refuse(text: string): number {
  console.error(text)
  return 2
}

async function run(options: BenchOptions): Promise<number> {
  const native = buildNative()
  if (!native.ok) return refuse(native.error)
  const plan = planProcessors()
  const racers: Racer[] = []
  try {
    const skipped = await startAll(racers, options, plan)
    const results = await race(racers, options, plan, native.value.load)
    for (const racer of racers) {
      const doubt = await racer.running.audit?.(racer.answered)
      if (doubt)
        results.distrust(
          racer.running.entries.map((entry) => entry.name),
          doubt,
        )
    }
    return publish(results, racers, skipped, options, plan)
  } finally {
    for (const { running } of racers.reverse()) await running.stop()
  }
}

/** Starts what was asked for; gives a line for each contender that cannot run here. */
async function startAll(racers: Racer[], { only }: BenchOptions, plan: ProcessorPlan): Promise<string[]> {
  const skipped: string[] = []
  for (const contender of CONTENDERS) {
    const needed = contender.id === 'direct' || contender.id === 'workerd'
    if (only && !only.includes(contender.id) && !needed) continue
    const prepared = await contender.prepare()
    if (!prepared.ok) {
      skipped.push(`${contender.rows.join(', ')}: not measured, ${prepared.error}`)
      continue
    }
    if (!(await isPortFree(contender.port)))
      throw new Error(`port ${contender.port} for ${contender.id} is in use; end what holds it`)
    const running = await contender.start(plan)
    racers.push({ contender, running, version: prepared.value, answered: 0 })
    // A stale process would be asked while the CPU of another is counted.
    if (!ownsPort(processTree(running.pid), contender.port))
      throw new Error(`${contender.id}: the measured process does not own port ${contender.port}`)
    console.error(`started ${contender.id} (${prepared.value})`)
  }
  return skipped
}

async function race(
  racers: readonly Racer[],
  options: BenchOptions,
  plan: ProcessorPlan,
  load: string,
): Promise<Results> {
  const results = new Results()
  const jobs = racers.flatMap((racer) => racer.running.entries.flatMap((entry) => jobsOf(racer, entry, options)))
  const one = (job: Job, seconds: number): Promise<Measurement> => runJob(job, seconds, plan, load)
  for (const job of jobs) {
    const warm = await one(job, options.warmUpSeconds)
    if (warm.errors > 0 || warm.requests === 0)
      console.error(`${job.entry.name}: ${warm.errors} errors in the warm-up: ${warm.firstError}`)
  }
  for (let round = 1; round <= options.rounds; round++) {
    for (const job of shuffled(jobs, Math.random)) {
      results.add(
        { name: job.entry.name, kind: job.kind, connections: job.connections },
        round,
        await one(job, options.seconds),
      )
    }
    console.error(`round ${round} of ${options.rounds} is done`)
  }
  return results
}

function jobsOf(racer: Racer, entry: Entry, { connections, streams }: BenchOptions): Job[] {
  const whole = connections.map((count) => ({ racer, entry, kind: 'whole' as const, connections: count }))
  return streams > 0 ? [...whole, { racer, entry, kind: 'stream', connections: streams }] : whole
}

async function runJob(
  { racer, entry, kind, connections }: Job,
  seconds: number,
  plan: ProcessorPlan,
  load: string,
): Promise<Measurement> {
  const { pid } = racer.running
  const measured = await measure({
    load,
    processor: plan.load,
    pid,
    port: racer.contender.port,
    entry,
    kind,
    connections,
    seconds,
  })
  racer.answered += measured.requests
  return measured
}

function publish(
  results: Results,
  racers: readonly Racer[],
  skipped: readonly string[],
  options: BenchOptions,
  plan: ProcessorPlan,
): number {
  const names = racers.flatMap((racer) => racer.running.entries.map((entry) => entry.name))
  const rows = results.rows(names, ANCHOR_NAME)
  const facts = [
    `date ${options.date}, commit ${commit()}${options.quick ? ', quick run: too short to quote' : ''}`,
    `${machine()}; ${plan.words}`,
    `${options.rounds} rounds of ${options.seconds} s in random order; medians; ratios within a round (lowest–highest)`,
    ...racers.map(({ contender, version }) => `${contender.rows[0]}: ${version}`),
    ...skipped,
  ]
  const text = markdown(rows, facts)
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(join(RESULTS, `${options.date}.md`), text)
  writeFileSync(join(RESULTS, `${options.date}.json`), `${JSON.stringify({ facts, rows }, null, 1)}\n`)
  console.log(text)
  return rows.some((row) => row.invalid) ? 1 : 0
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: BENCH, encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
