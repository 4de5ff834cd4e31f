/** An A/B comparison: how each target of a route did beside the one it may replace, with the evidence for every difference. */

import { compareRanks, quantileOf, type RankTest } from '../../ground/statistics/mann-whitney.ts'
import { twoSided, Z_95 } from '../../ground/statistics/normal.ts'
import { meanOf, type Sums, varianceOf } from '../../ground/statistics/sums.ts'
import { compareShares, type ShareTest, shareInterval } from '../../ground/statistics/two-proportions.ts'
import type { ArmCounts } from '../../ports/arms.ts'

export interface ArmSummary {
  readonly target: string
  readonly calls: number
  readonly failures: number
  /** With its 95 % interval. */
  readonly errorRate: { readonly share: number; readonly low: number; readonly high: number } | undefined
  readonly medianMs: number | undefined
  readonly p95Ms: number | undefined
  /** Mean nano-dollars a call whose cost is known. */
  readonly meanNano: number | undefined
  readonly pricedCalls: number
  /** Of a target of shadow calls: how alike its replies are to the app's, from 0 to 1; undefined for others. */
  readonly likeness: number | undefined
}

export interface MeanTest {
  /** Right minus left, with its 95 % interval. */
  readonly difference: number
  readonly low: number
  readonly high: number
  readonly p: number
}

/** The right arm beside the left one, the baseline. */
export interface ArmComparison {
  readonly baseline: string
  readonly target: string
  readonly errors: ShareTest | undefined
  readonly latency: RankTest | undefined
  readonly cost: MeanTest | undefined
  /** What that means, for people. */
  readonly sentence: string
}

export interface AbReport {
  readonly arms: readonly ArmSummary[]
  readonly comparisons: readonly ArmComparison[]
}

/** Below this on either side an answer would rest on a handful of calls. */
const FEW_CALLS = 30
/** Chance of seeing a difference where there is none, over all the tests of one report. */
const FALSE_DIFFERENCE = 0.05
const MEASURES = 3

/** `baseline`: name of the target that others are compared with; the one with the most calls if it is absent or had none. */
export function compareArms(counts: readonly ArmCounts[], baseline?: string): AbReport {
  const arms = addUp(counts)
  const byCalls = [...arms].sort((a, b) => b.calls - a.calls)
  const left = arms.find(({ target }) => target === baseline) ?? byCalls[0]
  const others = byCalls.filter((arm) => arm !== left)
  const alpha = FALSE_DIFFERENCE / Math.max(1, others.length * MEASURES)
  return {
    arms: (left ? [left, ...others] : []).map(summaryOf),
    comparisons: left ? others.map((right) => compare(left, right, alpha)) : [],
  }
}

/** Arms of several accounts, added up where their names agree. */
function addUp(counts: readonly ArmCounts[]): ArmCounts[] {
  const arms = new Map<string, ArmCounts>()
  for (const arm of counts) {
    const known = arms.get(arm.target)
    arms.set(arm.target, known ? addArms(known, arm) : arm)
  }
  return [...arms.values()]
}

function addArms(a: ArmCounts, b: ArmCounts): ArmCounts {
  return {
    target: a.target,
    calls: a.calls + b.calls,
    failures: a.failures + b.failures,
    priced: {
      calls: a.priced.calls + b.priced.calls,
      sum: a.priced.sum + b.priced.sum,
      squares: a.priced.squares + b.priced.squares,
    },
    alike: { calls: a.alike.calls + b.alike.calls, sum: a.alike.sum + b.alike.sum },
    latencies: [...a.latencies, ...b.latencies],
  }
}

function summaryOf(arm: ArmCounts): ArmSummary {
  const { target, calls, failures, priced } = arm
  const interval = shareInterval({ n: calls, hits: failures })
  const latencies = histogramOf(arm)
  return {
    target,
    calls,
    failures,
    errorRate: interval && { share: failures / calls, ...interval },
    medianMs: quantileOf(latencies, 0.5),
    p95Ms: quantileOf(latencies, 0.95),
    meanNano: meanOf(sumsOf(arm)),
    pricedCalls: priced.calls,
    likeness: arm.alike.calls === 0 ? undefined : arm.alike.sum / arm.alike.calls,
  }
}

function compare(left: ArmCounts, right: ArmCounts, alpha: number): ArmComparison {
  const errors = compareShares({ n: left.calls, hits: left.failures }, { n: right.calls, hits: right.failures })
  const latency = compareRanks(histogramOf(left), histogramOf(right))
  const cost = compareMeans(sumsOf(left), sumsOf(right))
  const parts = { baseline: left.target, target: right.target, errors, latency, cost }
  return { ...parts, sentence: sentenceOf(left, right, parts, alpha) }
}

/** Welch's test with the normal distribution, which thirty calls and more justify; undefined when a side has fewer than two. */
function compareMeans(left: Sums, right: Sums): MeanTest | undefined {
  const [a, b] = [meanOf(left), meanOf(right)]
  if (a === undefined || b === undefined || left.n < 2 || right.n < 2) return undefined
  const error = Math.sqrt(varianceOf(left) / left.n + varianceOf(right) / right.n)
  const difference = b - a
  const p = error === 0 ? (difference === 0 ? 1 : 0) : twoSided(difference / error)
  return { difference, low: difference - Z_95 * error, high: difference + Z_95 * error, p }
}

function sentenceOf(
  left: ArmCounts,
  right: ArmCounts,
  { errors, latency, cost }: Pick<ArmComparison, 'errors' | 'latency' | 'cost'>,
  alpha: number,
): string {
  const names = `${right.target} beside ${left.target}`
  const fewest = Math.min(left.calls, right.calls)
  if (fewest < FEW_CALLS) return `${names}: ${fewest} calls on one side are too few to tell anything.`
  const [a, b] = [summaryOf(left), summaryOf(right)]
  const told = [
    errors &&
      errors.p < alpha &&
      `fails ${errors.difference > 0 ? 'more' : 'less'} often (${rate(right)} against ${rate(left)})`,
    latency &&
      latency.p < alpha &&
      `is ${latency.rightLarger > 0.5 ? 'slower' : 'faster'} (median ${b.medianMs} ms against ${a.medianMs} ms)`,
    cost &&
      cost.p < alpha &&
      `costs ${cost.difference > 0 ? 'more' : 'less'} (${dollars(b.meanNano)} against ${dollars(a.meanNano)} USD a call)`,
  ].filter((part) => typeof part === 'string')
  if (told.length === 0) return `${names}: no difference in errors, latency or cost can be told from chance.`
  return `${names}: it ${told.join(', and ')}; ${told.length < MEASURES ? 'what is not named cannot be told from chance' : 'nothing here is chance'}.`
}

function rate({ failures, calls }: ArmCounts): string {
  return `${Number(((failures / calls) * 100).toFixed(2))}%`
}

function dollars(nano: number | undefined): string {
  return nano === undefined ? '?' : String(Number((nano / 1e9).toPrecision(3)))
}

function sumsOf({ priced }: ArmCounts): Sums {
  return { n: priced.calls, sum: priced.sum, squares: priced.squares }
}

function histogramOf({ latencies }: ArmCounts): Map<number, number> {
  const histogram = new Map<number, number>()
  for (const { ms, calls } of latencies) histogram.set(ms, (histogram.get(ms) ?? 0) + calls)
  return histogram
}
