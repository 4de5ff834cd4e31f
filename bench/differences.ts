/** What one row takes beyond another, round by round, in words. */

import type { Scenario } from './load.ts'
import type { Sample } from './measure.ts'
import { median } from './statistics.ts'

interface Measure {
  readonly title: string
  readonly unit: string
  read(sample: Sample): number
}

const WHOLE: readonly Measure[] = [
  { title: 'CPU', unit: 'µs/request', read: (sample) => sample.cpuUsPerRequest },
  { title: 'p50', unit: 'µs', read: ({ load }) => load.p50Us },
  { title: 'p99', unit: 'µs', read: ({ load }) => load.p99Us },
]
const STREAMS: readonly Measure[] = [
  { title: 'CPU', unit: 'µs/chunk', read: (sample) => sample.cpuUsPerChunk },
  { title: 'first byte p50', unit: 'µs', read: ({ load }) => load.firstByteP50Us },
]

/** One line for each scenario: medians over the rounds of the differences within a round, with the lowest and highest of them. */
export function describeDifferences(
  samples: readonly Sample[],
  scenarios: readonly Scenario[],
  pairs: readonly (readonly [base: string, name: string])[],
): string[] {
  return pairs.flatMap(([base, name]) =>
    scenarios.map((scenario) => {
      const of = (row: string): Sample[] => samples.filter((each) => each.name === row && each.scenario === scenario)
      const words = (scenario.kind === 'stream' ? STREAMS : WHOLE).map((measure) =>
        difference(of(base), of(name), measure),
      )
      const load = `${scenario.connections} ${scenario.kind === 'stream' ? 'streams' : 'connections'}`
      return `"${name}" over "${base}", ${load}: ${words.join(', ')}.`
    }),
  )
}

function difference(base: readonly Sample[], of: readonly Sample[], { title, unit, read }: Measure): string {
  const differences = of.flatMap((sample) => {
    const same = base.find(({ round, problem }) => round === sample.round && problem === undefined)
    return same && sample.problem === undefined ? [read(sample) - read(same)] : []
  })
  if (differences.length === 0) return `${title} unknown`
  const [middle, lowest, highest] = [median(differences), Math.min(...differences), Math.max(...differences)].map(
    signed,
  )
  return `${title} ${middle} ${unit} (${lowest} to ${highest})`
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(0)}`
}
