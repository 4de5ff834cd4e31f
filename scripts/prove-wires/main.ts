/** `npm run prove:wires`: replays every recorded exchange through the running gateway and checks it with the official SDKs. */

import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { writeBundle } from './bundle.ts'
import { type Exchange, loadExchanges } from './corpus.ts'
import { createExceptionList, type ExceptionList, loadExceptions, type Recording } from './exceptions.ts'
import { startGateway } from './gateway.ts'
import { type ProvenExchange, proveExchange, type Workbench } from './prove-exchange.ts'
import { startReplayServer } from './replay-server.ts'
import { groupFailures, type Report, summarise } from './report.ts'
import { proveTasks } from './tasks/prove-tasks.ts'
import { loadTaskRecordings } from './tasks/task-recordings.ts'

const ROOT = path.join(import.meta.dirname, '../..')

const HELP = `Replays recorded exchanges through the gateway, same wire and crosswise, in several chunk sizes.

  --corpus DIR        folder with *.meta.json recordings (default: ../shared/corpus/wire)
  --only TEXT         only exchanges whose provider/wire/kind contains TEXT
  --id ID             only this exchange; may be repeated
  --limit N           only the first N exchanges
  --concurrency N     exchanges under way at once (default: 16)
  --exceptions FILE   explained departures (default: docs/prove-wires-exceptions.json); "none" to ignore them
  --json FILE         also write every failure to FILE
  --verbose           print every failure instead of four a cause
`

const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: path.join(ROOT, '../shared/corpus/wire') },
    only: { type: 'string' },
    id: { type: 'string', multiple: true },
    limit: { type: 'string' },
    concurrency: { type: 'string', default: '16' },
    exceptions: { type: 'string', default: path.join(ROOT, 'docs/prove-wires-exceptions.json') },
    json: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

process.exitCode = options.help ? help() : await main()

function help(): number {
  console.log(HELP)
  return 0
}

async function main(): Promise<number> {
  if (!existsSync(options.corpus)) {
    console.error(`There is no corpus at ${options.corpus}. Name the folder of recordings with --corpus DIR.`)
    return 2
  }
  const all = loadExchanges(options.corpus)
  const chosen = choose(all)
  const allTasks = loadTaskRecordings(options.corpus)
  const tasks = choose(allTasks)
  console.log(
    `${chosen.length} of ${all.length} chat exchanges in ${options.corpus} (${countFaithful(chosen)} with the provider's own bytes), ${tasks.length} of ${allTasks.length} of other tasks`,
  )
  const exceptions = options.exceptions === 'none' ? createExceptionList([]) : loadExceptions(options.exceptions)
  const startedAt = Date.now()
  const { proven, runs } = chosen.length ? await proveAll(chosen) : { proven: [], runs: 0 }
  const provenTasks = tasks.length ? await proveTasks(tasks) : []
  const report = summarise([...proven, ...provenTasks], exceptions)
  console.log(`\n${report.table}\n`)
  const isWhole = chosen.length === all.length && tasks.length === allTasks.length
  const stale = isWhole ? staleExceptions(exceptions) : []
  printNotes(report, exceptions, stale)
  if (options.json) writeFileSync(options.json, JSON.stringify(report, null, 1))
  console.log(`${runs} requests in ${Math.round((Date.now() - startedAt) / 1000)} s, ${report.excepted} runs excepted`)
  console.log(`${report.passed} passed, ${report.failed + stale.length} failed`)
  return report.failed + stale.length > 0 || report.passed === 0 ? 1 : 0
}

function choose<Any extends Recording>(all: readonly Any[]): Any[] {
  const wanted = all.filter((exchange) => {
    const name = `${exchange.provider}/${exchange.wire}/${exchange.kind}`
    return (!options.only || name.includes(options.only)) && (!options.id || options.id.includes(exchange.id))
  })
  return options.limit ? wanted.slice(0, Number(options.limit)) : wanted
}

function countFaithful(exchanges: readonly Exchange[]): number {
  return exchanges.filter(({ fidelity }) => fidelity === 'wire' || fidelity === 'wire-chunked').length
}

async function proveAll(exchanges: readonly Exchange[]): Promise<{ proven: ProvenExchange[]; runs: number }> {
  const replay = await startReplayServer(exchanges)
  const gateway = await startGateway((folder) => writeBundle(folder, exchanges, replay.url))
  let runs = 0
  const bench: Workbench = { replay, gateway, nextRun: () => ++runs }
  const proven: ProvenExchange[] = []
  const waiting = [...exchanges]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      proven.push(await proveExchange(next, bench))
      if (process.stderr.isTTY) process.stderr.write(`\r${proven.length}/${exchanges.length}`)
      else if (proven.length % 200 === 0) console.error(`${proven.length}/${exchanges.length}`)
    }
  }
  try {
    await Promise.all(Array.from({ length: Number(options.concurrency) }, work))
  } finally {
    await gateway.stop()
    await replay.close()
  }
  const order = new Map(exchanges.map((exchange, index) => [exchange, index]))
  return { proven: proven.sort((a, b) => (order.get(a.exchange) ?? 0) - (order.get(b.exchange) ?? 0)), runs }
}

function staleExceptions(exceptions: ExceptionList): string[] {
  return exceptions.uses().flatMap(({ exception, count }) => (count ? [] : [`${exception.match}: ${exception.check}`]))
}

function printNotes(report: Report, exceptions: ExceptionList, stale: readonly string[]): void {
  if (report.unreadable.length) {
    console.log('The official SDK cannot read these recordings straight; crosswise runs were left out:')
    for (const { id, provider, kind, why } of report.unreadable)
      console.log(`    ${id} ${provider} ${kind}: ${why.slice(0, 160)}`)
  }
  const used = exceptions.uses().filter(({ count }) => count > 0)
  if (used.length) console.log('Explained exceptions (differences covered):')
  for (const { exception, count } of used)
    console.log(`    ${count} x ${exception.match} ${exception.check}: ${exception.reason}`)
  if (stale.length)
    console.log(`Exceptions that no longer fail; take them out of the list:\n    ${stale.join('\n    ')}`)
  if (report.failures.length) console.log(`Failures by cause:\n${groupFailures(report.failures, options.verbose)}`)
}
