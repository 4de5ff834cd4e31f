/** Whether another tenant can tell by the clock what was asked before. */

import { shuffled } from '../../src/edge/training/seeded-random.ts'
import { compareRanks } from '../../src/ground/statistics/mann-whitney.ts'
import type { Rig } from './rig.ts'
import { ONLY } from './tenants.ts'

/** Asks as another team, in random order, for questions that the first team has asked and for others; prints how the times differ. */
export async function measureTiming(rig: Rig, probes: number, random: () => number): Promise<void> {
  const asked = Array.from({ length: probes }, (_, index) => `What does article ${index} of the contract say?`)
  const fresh = Array.from(
    { length: probes },
    (_, index) => `What does article ${index + 100_000} of the contract say?`,
  )
  const probe = async (question: string): Promise<number> =>
    Math.round((await rig.ask('exact', question, rig.otherTeamKey, ONLY)).ms * 1000)
  for (const question of fresh.slice(0, 50)) await probe(`${question} Warm up.`)
  const times = { asked: [] as number[], fresh: [] as number[] }
  const order = shuffled(
    [
      ...asked.map((question) => ({ question, kind: 'asked' as const })),
      ...fresh.map((question) => ({ question, kind: 'fresh' as const })),
    ],
    random,
  )
  for (const { question, kind } of order) times[kind].push(await probe(question))
  const test = compareRanks(histogram(times.asked), histogram(times.fresh))
  console.log(
    `timing for another team: median ${median(times.asked)} µs where the first team has asked, ${median(times.fresh)} µs where nobody has; chance to tell them apart ${((test?.rightLarger ?? 0) * 100).toFixed(1)} % (50 % is none), p = ${test?.p.toFixed(3)}`,
  )
}

function histogram(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
