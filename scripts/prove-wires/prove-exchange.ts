/** Runs one recording through every direction and chunking and says which runs kept their promise. */

import type { JsonObject } from '../../src/ground/json.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import { ask, type Outcome } from './ask.ts'
import { modelFor } from './bundle.ts'
import type { Difference } from './compare.ts'
import type { Exchange } from './corpus.ts'
import type { Dialect, Question } from './dialects/dialect.ts'
import { APP_DIALECTS } from './dialects/index.ts'
import type { RunningGateway } from './gateway.ts'
import { compareCrosswise, whyUnreadable } from './prove-crosswise.ts'
import { compareRequest, compareSameWire, keyLeak } from './prove-same-wire.ts'
import { CHUNKINGS, type Chunking, type ReplayServer, replayModel } from './replay-server.ts'
import { compareTranslatedRequest } from './request-reading.ts'
import { requestInOwnWire, streams } from './requests.ts'
import { translatedRequest } from './translated-request.ts'

/** The app spoke the recording's wire, or this other one. */
export type Direction = 'same-wire' | ChatWireName

/** One request through the gateway and what was wrong with its reply. */
export interface Run {
  readonly direction: Direction
  /** `1`, `whole`, `recorded`, and whether the request was the recorded one or the least valid one. */
  readonly name: string
  readonly differences: readonly Difference[]
}

export interface ProvenExchange {
  readonly exchange: Exchange
  readonly runs: readonly Run[]
  /** The official SDK cannot read the recording straight; then crosswise runs have nothing to compare with. */
  readonly unreadable?: string
}

export interface Workbench {
  readonly replay: ReplayServer
  readonly gateway: RunningGateway
  /** A number never given before. */
  nextRun(): number
}

const CHUNKING_NAMES: Readonly<Record<Chunking, string>> = {
  '0': 'whole',
  '1': '1 byte',
  '2': '2 bytes',
  '7': '7 bytes',
  r: 'recorded',
}

/** Every app's format meets a recording in one chunking each, taken in turn: all of them would prove little more. */
const CROSSWISE_CHUNKINGS: readonly Chunking[] = ['1', '7', '0', '2']

/** The oracle first (SDK straight against the recording), then every run. */
export async function proveExchange(exchange: Exchange, bench: Workbench): Promise<ProvenExchange> {
  const run = bench.nextRun()
  const model = replayModel(exchange.id, '0', run)
  const straight = await ask(questionOf(exchange, model, { url: `${bench.replay.url}`, key: 'none' }))
  bench.replay.take(String(run))
  const unreadable = whyUnreadable(exchange.wire, straight)
  const runs: Run[] = []
  const isSpoken = APP_DIALECTS.some(({ wire }) => wire === exchange.wire)
  for (const chunking of isSpoken ? chunkingsOf(exchange) : [])
    runs.push(await runSameWire(exchange, chunking, straight, bench))
  if (unreadable) return { exchange, runs, unreadable }
  for (const app of APP_DIALECTS.filter(({ wire }) => wire !== exchange.wire)) {
    const chunking = CROSSWISE_CHUNKINGS[bench.nextRun() % CROSSWISE_CHUNKINGS.length] ?? '0'
    runs.push(await runCrosswise({ exchange, app, chunking, straight, bench, wish: 'recorded' }))
    if (app.isStrict) runs.push(await runCrosswise({ exchange, app, chunking: '0', straight, bench, wish: 'least' }))
  }
  return { exchange, runs }
}

/** Sizes that were not recorded cannot be replayed. */
function chunkingsOf(exchange: Exchange): Chunking[] {
  return CHUNKINGS.filter((chunking) => chunking !== 'r' || exchange.chunkSizes)
}

function questionOf(exchange: Exchange, model: string, to: { readonly url: string; readonly key: string }): Question {
  const body = requestInOwnWire(exchange, model)
  return { wire: exchange.wire, ...to, model, body, stream: streams(exchange), asArray: exchange.isArray }
}

async function runSameWire(exchange: Exchange, chunking: Chunking, straight: Outcome, bench: Workbench): Promise<Run> {
  const run = bench.nextRun()
  const model = modelFor(exchange, replayModel(exchange.id, chunking, run))
  const through = await ask(questionOf(exchange, model, bench.gateway))
  const received = bench.replay.take(String(run))
  const differences = [
    ...compareSameWire(exchange, straight, through),
    ...compareRequest(exchange.wire, through.sent, received, bench.gateway.key),
  ]
  return { direction: 'same-wire', name: CHUNKING_NAMES[chunking], differences }
}

interface Crossing {
  readonly exchange: Exchange
  readonly app: Dialect
  readonly chunking: Chunking
  readonly straight: Outcome
  readonly bench: Workbench
  readonly wish: 'recorded' | 'least'
}

async function runCrosswise({ exchange, app, chunking, straight, bench, wish }: Crossing): Promise<Run> {
  const run = bench.nextRun()
  const { wire } = app
  const model = modelFor(exchange, replayModel(exchange.id, chunking, run))
  const recorded = wish === 'recorded' ? translatedRequest(exchange, wire, model) : undefined
  const stream = streams(exchange)
  const body: JsonObject = recorded ?? app.least(model, stream, true)
  // The least request also goes through the strict stream helper, which checks the order of events as apps do.
  const through = await ask({ wire, ...bench.gateway, model, body, stream, strict: wish === 'least' })
  const received = bench.replay.take(String(run))
  const differences = [...compareCrosswise(exchange, app, straight, through)]
  if (!received) differences.push({ check: 'upstream request', detail: 'the provider was never asked' })
  else
    differences.push(
      ...compareTranslatedRequest(app, { body, stream }, received),
      ...keyLeak(received, bench.gateway.key),
    )
  const label = recorded ? 'recorded request' : 'least request'
  return { direction: wire, name: `${CHUNKING_NAMES[chunking]}, ${label}`, differences }
}
