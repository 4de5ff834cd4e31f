/** `npm run bench`: measures Sluice and its peers interleaved in one run, so that their ratios can be believed. */

import { buildNative } from './build-native.ts'
import type { Contender } from './contenders/contender.ts'
import { describeDifferences } from './differences.ts'
import type { Scenario } from './load.ts'
import { loadNow, machineFacts } from './machine.ts'
import { measure, type Sample } from './measure.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { OUT, RESULTS } from './paths.ts'
import { type ProcessorPlan, planProcessors } from './processor-plan.ts'
import { type BenchRun, tables, writeResults } from './report.ts'
import { type Absence, type StartedContender, startContender } from './start-contenders.ts'
import { shuffled } from './statistics.ts'
import { ACCOUNTING, PEERS, type Suite } from './suite.ts'
import { summarise } from './summarise.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), new Date())
  if (typeof options === 'string') return fail(options)
  if (process.platform !== 'linux') return fail('the bench counts processor time in /proc and so runs only on Linux')
  const suite = options.accounting ? ACCOUNTING : PEERS
  const unknown = options.only?.find((id) => !suite.contenders.some((contender) => contender.id === id))
  if (unknown !== undefined) return fail(`there is no contender "${unknown}"; see npm run bench -- --help`)
  const built = buildNative()
  if (!built.ok) return fail(built.error)
  const started: StartedContender[] = []
  onInterrupt(started)
  try {
    return await bench(options, suite, started)
  } finally {
    await stopAll(started)
  }
}

async function bench(options: BenchOptions, suite: Suite, started: StartedContender[]): Promise<number> {
  const plan = planProcessors()
  const scenarios = scenariosOf(options)
  const loadBefore = loadNow()
  const absences = await startAll(suite, options, plan, scenarios, started)
  const missing = absences.find(({ contender }) => isNeeded(contender, suite))
  if (missing) return fail(`nothing can be measured without ${missing.contender.id}: ${missing.reason}`)
  const measured = started.filter(({ contender }) => isWanted(contender, suite, options))
  const samples = await measureAll(options, scenarios, measured)
  const { distrusted, notes } = await auditAll(measured)
  const names = measured.flatMap(({ lanes }) => lanes.map(({ entry }) => entry.name))
  const rows = summarise(samples, scenarios, names, suite.anchorName, distrusted)
  const run: BenchRun = {
    options,
    anchorName: suite.anchorName,
    machine: machineFacts(),
    pinning: plan.words,
    loadBefore,
    loadAfter: loadNow(),
    versions: Object.fromEntries(measured.map(({ contender, version }) => [contender.id, version])),
    notes: [
      ...absences.map(({ contender, reason }) => `Not measured: ${contender.rows.join(', ')}: ${reason}`),
      ...notes,
      ...describeDifferences(samples, scenarios, suite.differences),
      ...rows.flatMap(({ name, scenario, problem }) =>
        problem === undefined ? [] : [`INVALID: ${name}, ${describe(scenario)}: ${problem}`],
      ),
    ],
    rows,
    samples,
  }
  process.stdout.write(`\n${tables(run)}\n`)
  // A quick run is no result to publish.
  say(`written: ${writeResults(run, options.quick ? OUT : RESULTS)} and .json`)
  const sound = rows.every(({ problem }) => problem === undefined) && !absences.some(({ failed }) => failed)
  return sound ? 0 : 1
}

/** Starts what was asked for, one after the other; fills `started`, so that an interrupt can stop it. */
async function startAll(
  suite: Suite,
  options: BenchOptions,
  plan: ProcessorPlan,
  scenarios: readonly Scenario[],
  started: StartedContender[],
): Promise<Absence[]> {
  const absences: Absence[] = []
  // The largest number of connections warms up the most; the stream scenario takes another path through the code.
  const whole = scenarios.filter(({ kind }) => kind === 'whole').at(-1)
  const stream = scenarios.find(({ kind }) => kind === 'stream')
  const warmUp = {
    scenarios: [whole, stream].filter((scenario) => scenario !== undefined),
    seconds: options.warmUpSeconds,
  }
  for (const contender of suite.contenders) {
    if (!isWanted(contender, suite, options) && !isNeeded(contender, suite)) continue
    say(`starting ${contender.id}`)
    const outcome = await startContender(contender, plan, warmUp)
    if ('running' in outcome) {
      started.push(outcome)
    } else {
      absences.push(outcome)
      say(`  not measured: ${outcome.reason}`)
      if (isNeeded(contender, suite)) break
    }
  }
  return absences
}

/** Every round visits every entry and scenario in a new random order. */
async function measureAll(
  options: BenchOptions,
  scenarios: readonly Scenario[],
  contenders: readonly StartedContender[],
): Promise<Sample[]> {
  const jobs = contenders.flatMap((started) =>
    started.lanes.flatMap((lane) => scenarios.map((scenario) => ({ started, lane, scenario }))),
  )
  const total = options.rounds * jobs.length
  say(`measuring: ${total} measurements, about ${Math.ceil((total * (options.seconds + 0.4)) / 60)} minutes`)
  const samples: Sample[] = []
  for (let round = 0; round < options.rounds; round++) {
    for (const { started, lane, scenario } of shuffled(jobs, Math.random)) {
      const sample = await measure(lane, scenario, round, options.seconds)
      samples.push(sample)
      started.requestsAnswered += sample.load.requests
      say(progress(sample, samples.length, total))
    }
  }
  return samples
}

function progress(sample: Sample, done: number, total: number): string {
  const { name, scenario, load } = sample
  const cpu =
    scenario.kind === 'stream'
      ? `${sample.cpuUsPerChunk.toFixed(0)} µs CPU/chunk`
      : `${sample.cpuUsPerRequest.toFixed(0)} µs CPU/request, ${(load.requests / load.seconds).toFixed(0)} requests/s`
  return `[${done}/${total}] ${name}, ${describe(scenario)}: ${sample.problem ?? cpu}`
}

async function auditAll(
  contenders: readonly StartedContender[],
): Promise<{ distrusted: Map<string, string>; notes: string[] }> {
  const distrusted = new Map<string, string>()
  const notes: string[] = []
  for (const { running, lanes, requestsAnswered, contender } of contenders) {
    if (!running.audit) continue
    const problem = await running.audit(requestsAnswered)
    if (problem === undefined)
      notes.push(`Audited: ${contender.id} answered ${requestsAnswered} requests and its ledger holds as many rows.`)
    else for (const { entry } of lanes) distrusted.set(entry.name, problem)
  }
  return { distrusted, notes }
}

function scenariosOf({ connections, streams }: BenchOptions): Scenario[] {
  const whole = connections.map((count): Scenario => ({ kind: 'whole', connections: count }))
  return streams > 0 ? [...whole, { kind: 'stream', connections: streams }] : whole
}

function describe({ kind, connections }: Scenario): string {
  return kind === 'stream' ? `${connections} streams` : `${connections} connection${connections === 1 ? '' : 's'}`
}

/** The mock is everybody's upstream, the anchor everybody's measure. */
function isNeeded(contender: Contender, { contenders, anchor }: Suite): boolean {
  return contender === contenders[0] || contender === anchor
}

function isWanted(contender: Contender, { anchor }: Suite, { only }: BenchOptions): boolean {
  return only === undefined || only.includes(contender.id) || contender === anchor
}

/** The upstream is stopped last: contenders may still be finishing calls. */
async function stopAll(started: StartedContender[]): Promise<void> {
  for (const { running } of started.splice(0).reverse()) await running.stop()
}

function onInterrupt(started: StartedContender[]): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      say('\nstopping')
      void stopAll(started).then(() => process.exit(130))
    })
}

function fail(message: string): number {
  say(`bench: ${message}`)
  return 1
}

process.exitCode = await main()
