/** Runs one recording through every direction and chunking and says which runs kept their promise. */

import type { JsonObject } from '../../src/ground/json.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import { ask, type Outcome } from './ask.ts'
import type { Difference } from './compare.ts'
import type { Exchange } from './corpus.ts'
import type { RunningGateway } from './gateway.ts'
import { compareCrosswise, whyUnreadable } from './prove-crosswise.ts'
import { compareRequest, compareSameWire, keyLeak } from './prove-same-wire.ts'
import { CHUNKINGS, type Chunking, type ReplayServer, replayModel } from './replay-server.ts'
import { compareTranslatedRequest } from './request-reading.ts'
import { leastRequest, requestInOwnWire } from './requests.ts'
import { translatedRequest } from './translated-request.ts'

export type Direction = 'same-wire' | 'crosswise'

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

/** The oracle first (SDK straight against the recording), then every run. */
export async function proveExchange(exchange: Exchange, bench: Workbench): Promise<ProvenExchange> {
  const run = bench.nextRun()
  const straight = await ask({
    wire: exchange.wire,
    url: bench.replay.url,
    key: 'none',
    body: requestInOwnWire(exchange, replayModel(exchange.id, '0', run)),
  })
  bench.replay.take(String(run))
  const unreadable = whyUnreadable(exchange.wire, straight)
  const runs: Run[] = []
  for (const chunking of chunkingsOf(exchange)) runs.push(await runSameWire(exchange, chunking, straight, bench))
  if (unreadable) return { exchange, runs, unreadable }
  for (const chunking of chunkingsOf(exchange))
    runs.push(await runCrosswise(exchange, chunking, straight, bench, 'recorded'))
  runs.push(await runCrosswise(exchange, '0', straight, bench, 'least'))
  return { exchange, runs }
}

/** Sizes that were not recorded cannot be replayed. */
function chunkingsOf(exchange: Exchange): Chunking[] {
  return CHUNKINGS.filter((chunking) => chunking !== 'r' || exchange.chunkSizes)
}

async function runSameWire(exchange: Exchange, chunking: Chunking, straight: Outcome, bench: Workbench): Promise<Run> {
  const run = bench.nextRun()
  const model = bench.gateway.modelFor(exchange, 'same-wire', replayModel(exchange.id, chunking, run))
  const { url, key } = bench.gateway
  const through = await ask({ wire: exchange.wire, url, key, body: requestInOwnWire(exchange, model) })
  const received = bench.replay.take(String(run))
  const differences = [
    ...compareSameWire(exchange, straight, through),
    ...compareRequest(exchange.wire, through.sent, received, key),
  ]
  return { direction: 'same-wire', name: CHUNKING_NAMES[chunking], differences }
}

async function runCrosswise(
  exchange: Exchange,
  chunking: Chunking,
  straight: Outcome,
  bench: Workbench,
  wish: 'recorded' | 'least',
): Promise<Run> {
  const run = bench.nextRun()
  const wire: ChatWireName = exchange.wire === 'openai-chat' ? 'anthropic-messages' : 'openai-chat'
  const model = bench.gateway.modelFor(exchange, 'crosswise', replayModel(exchange.id, chunking, run))
  const recorded = wish === 'recorded' ? translatedRequest(exchange, wire, model) : undefined
  const stream = exchange.request ? exchange.request.stream === true : exchange.streaming
  const body: JsonObject = recorded ?? leastRequest(wire, stream, model)
  const { url, key } = bench.gateway
  // The least request also goes through the strict stream helper, which checks the order of events as apps do.
  const through = await ask({ wire, url, key, body, strict: wish === 'least' })
  const received = bench.replay.take(String(run))
  const differences = [...compareCrosswise(exchange, straight, through)]
  if (!received) differences.push({ check: 'upstream request', detail: 'the provider was never asked' })
  else differences.push(...compareTranslatedRequest(wire, body, received), ...keyLeak(received, key))
  const label = recorded ? 'recorded request' : 'least request'
  return { direction: 'crosswise', name: `${CHUNKING_NAMES[chunking]}, ${label}`, differences }
}
