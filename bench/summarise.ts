/** Turns the samples of all rounds into one row for each entry and scenario. */

import type { Scenario } from './load.ts'
import type { Sample } from './measure.ts'
import { median, type RatioSummary, ratioToAnchor } from './statistics.ts'

/** Medians over the rounds; times in microseconds. */
export interface Row {
  readonly name: string
  readonly scenario: Scenario
  readonly requestsPerSecond: number
  readonly cpuUsPerRequest: number
  readonly cpuUsPerChunk: number
  /** CPU divided by the anchor's of the same round: per request for whole replies, per chunk for streams. */
  readonly cpuToAnchor: RatioSummary | undefined
  readonly p50Us: number
  readonly p99Us: number
  readonly firstByteP50Us: number
  readonly firstByteP99Us: number
  readonly chunkDelayP50Us: number
  readonly chunkDelayP99Us: number
  readonly residentMb: number
  readonly errors: number
  /** Why the row is INVALID. */
  readonly problem: string | undefined
}

/** Rows in the order of `names` within each scenario. `distrusted` holds problems found outside the samples, by name. */
export function summarise(
  samples: readonly Sample[],
  scenarios: readonly Scenario[],
  names: readonly string[],
  anchorName: string,
  distrusted: ReadonlyMap<string, string>,
): Row[] {
  return scenarios.flatMap((scenario) => {
    const of = (name: string): Sample[] => samples.filter((s) => s.name === name && s.scenario === scenario)
    const anchor = cpuByRound(of(anchorName))
    return names.map((name) => summariseOne(name, scenario, of(name), anchor, distrusted.get(name)))
  })
}

function summariseOne(
  name: string,
  scenario: Scenario,
  samples: readonly Sample[],
  anchor: ReadonlyMap<number, number>,
  distrust: string | undefined,
): Row {
  const mid = (read: (sample: Sample) => number): number => median(samples.map(read))
  return {
    name,
    scenario,
    requestsPerSecond: mid(({ load }) => load.requests / load.seconds),
    cpuUsPerRequest: mid((sample) => sample.cpuUsPerRequest),
    cpuUsPerChunk: mid((sample) => sample.cpuUsPerChunk),
    cpuToAnchor: ratioToAnchor(cpuByRound(samples), anchor),
    p50Us: mid(({ load }) => load.p50Us),
    p99Us: mid(({ load }) => load.p99Us),
    firstByteP50Us: mid(({ load }) => load.firstByteP50Us),
    firstByteP99Us: mid(({ load }) => load.firstByteP99Us),
    chunkDelayP50Us: mid(({ load }) => load.chunkDelayP50Us),
    chunkDelayP99Us: mid(({ load }) => load.chunkDelayP99Us),
    residentMb: mid((sample) => sample.residentMb),
    errors: samples.reduce((sum, { load }) => sum + load.errors, 0),
    problem: samples.find(({ problem }) => problem !== undefined)?.problem ?? distrust,
  }
}

/** Samples with a problem are no base for a ratio. */
function cpuByRound(samples: readonly Sample[]): Map<number, number> {
  const sound = samples.filter(({ problem }) => problem === undefined)
  return new Map(sound.map((s) => [s.round, s.scenario.kind === 'stream' ? s.cpuUsPerChunk : s.cpuUsPerRequest]))
}
