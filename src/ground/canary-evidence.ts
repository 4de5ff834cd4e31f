/** What is counted of the calls of a canary and of those beside it, in sums that add up in any order. */

import { addSums, NO_SUMS, type Sums } from './statistics/sums.ts'

/** One call that a target answered, or failed to. */
export interface ObservedCall {
  readonly failed: boolean
  /** Until the last byte. */
  readonly latencyMs: number
  /** Undefined when it is not known. */
  readonly costNano?: number
  readonly guarded: boolean
}

/** Of one side. Latency and cost count only answered calls. */
export interface Evidence {
  readonly failures: Sums
  /** Natural logarithm of milliseconds: their mean is not moved by a few slow calls. */
  readonly logLatency: Sums
  /** Nano-dollars. */
  readonly cost: Sums
  readonly guarded: Sums
  /** From 0 (bad) to 1 (good). */
  readonly feedback: Sums
  /** Calls by step of latency, for the 95th percentile: a step is about 10 % wide. */
  readonly latencySteps: Readonly<Record<number, number>>
}

export const NO_EVIDENCE: Evidence = {
  failures: NO_SUMS,
  logLatency: NO_SUMS,
  cost: NO_SUMS,
  guarded: NO_SUMS,
  feedback: NO_SUMS,
  latencySteps: {},
}

const STEPS_PER_E = 10

/** The step a latency lies in; each holds latencies up to `latencyOfStep`. */
export function latencyStep(ms: number): number {
  return Math.ceil(Math.log(Math.max(1, ms)) * STEPS_PER_E)
}

/** The longest latency of a step in milliseconds. */
export function latencyOfStep(step: number): number {
  return Math.exp(step / STEPS_PER_E)
}

export function withCall(evidence: Evidence, { failed, latencyMs, costNano, guarded }: ObservedCall): Evidence {
  const seen = {
    ...evidence,
    failures: withValue(evidence.failures, failed),
    guarded: withValue(evidence.guarded, guarded),
  }
  if (failed) return seen
  const step = latencyStep(latencyMs)
  return {
    ...seen,
    logLatency: withValue(evidence.logLatency, Math.log(Math.max(1, latencyMs))),
    cost: costNano === undefined ? evidence.cost : withValue(evidence.cost, costNano),
    latencySteps: { ...evidence.latencySteps, [step]: (evidence.latencySteps[step] ?? 0) + 1 },
  }
}

export function withFeedback(evidence: Evidence, score: number): Evidence {
  return { ...evidence, feedback: withValue(evidence.feedback, Math.min(1, Math.max(0, score))) }
}

export function addEvidence(left: Evidence, right: Evidence): Evidence {
  const latencySteps: Record<number, number> = { ...left.latencySteps }
  for (const [step, count] of Object.entries(right.latencySteps))
    latencySteps[Number(step)] = (latencySteps[Number(step)] ?? 0) + count
  return {
    failures: addSums(left.failures, right.failures),
    logLatency: addSums(left.logLatency, right.logLatency),
    cost: addSums(left.cost, right.cost),
    guarded: addSums(left.guarded, right.guarded),
    feedback: addSums(left.feedback, right.feedback),
    latencySteps,
  }
}

/** Answered calls in steps up to the one in which `share` of them is reached, and that step; undefined without calls. */
export function stepAtShare({ latencySteps }: Evidence, share: number): number | undefined {
  const steps = Object.entries(latencySteps)
    .map(([step, count]) => [Number(step), count] as const)
    .sort(([a], [b]) => a - b)
  const all = steps.reduce((sum, [, count]) => sum + count, 0)
  let seen = 0
  for (const [step, count] of steps) {
    seen += count
    if (seen >= share * all) return step
  }
  return undefined
}

/** How many answered calls lie in steps above `step`. */
export function slowerThan({ latencySteps }: Evidence, step: number): number {
  let count = 0
  for (const [each, calls] of Object.entries(latencySteps)) if (Number(each) > step) count += calls
  return count
}

function withValue(sums: Sums, value: number | boolean): Sums {
  const number = Number(value)
  return { n: sums.n + 1, sum: sums.sum + number, squares: sums.squares + number * number }
}
