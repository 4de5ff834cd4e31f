/** Whether the calls of a canary prove it worse than those beside it, or no worse; both at any time one looks. */

import { CANARY_MEASURES, type CanaryMeasure, type CanaryTerms, type Finding } from '../../ground/canary.ts'
import { type Evidence, latencyOfStep, latencyStep, slowerThan, stepAtShare } from '../../ground/canary-evidence.ts'
import { type Bounds, differenceBounds, smoothed } from '../../ground/statistics/confidence-sequence.ts'
import { meanOf, type Sums, sumsOfCount } from '../../ground/statistics/sums.ts'

export interface Judgement {
  /** `worse`: one measure is proven worse than allowed. `no-worse`: every measure is proven within what is allowed. */
  readonly verdict: 'worse' | 'no-worse' | 'open'
  readonly findings: readonly Finding[]
}

/** Chance that a canary that keeps its rules is rolled back all the same, all measures and looks together. */
const FALSE_ALARM = 0.05
const SLOW_SHARE = 0.05

/** Pure: the same evidence gives the same judgement. */
export function judgeCanary(champion: Evidence, canary: Evidence, { rules, minCalls }: CanaryTerms): Judgement {
  const asked = CANARY_MEASURES.flatMap((measure) => {
    const allowed = rules[measure]
    return allowed === undefined ? [] : [{ measure, allowed }]
  })
  const enough = Math.min(champion.failures.n, canary.failures.n) >= minCalls
  const findings = asked.map(({ measure, allowed }): Finding => {
    const { excess, sides } = compare(measure, allowed, champion, canary, FALSE_ALARM / asked.length)
    const verdict = !enough || !excess ? 'open' : excess.low > 0 ? 'worse' : excess.high < 0 ? 'no-worse' : 'open'
    return { measure, allowed, champion: sides[0], canary: sides[1], verdict }
  })
  return { verdict: verdictOf(findings), findings }
}

function verdictOf(findings: readonly Finding[]): Judgement['verdict'] {
  if (findings.some(({ verdict }) => verdict === 'worse')) return 'worse'
  // A measure that nobody reports, such as feedback, must not hold a canary back for ever.
  const told = findings.filter(
    ({ measure, champion, canary }) => measure !== 'feedback' || (champion ?? canary) !== undefined,
  )
  return told.length > 0 && told.every(({ verdict }) => verdict === 'no-worse') ? 'no-worse' : 'open'
}

interface Comparison {
  /** Bounds of how far the canary is beyond what is allowed: above 0 is worse. */
  readonly excess: Bounds | undefined
  readonly sides: readonly [champion: number | undefined, canary: number | undefined]
}

function compare(
  measure: CanaryMeasure,
  allowed: number,
  champion: Evidence,
  canary: Evidence,
  alpha: number,
): Comparison {
  switch (measure) {
    case 'error_rate':
      return compareShare(champion.failures, canary.failures, allowed, alpha)
    case 'guardrail_rate':
      return compareShare(champion.guarded, canary.guarded, allowed, alpha)
    case 'feedback':
      return {
        excess: shifted(differenceBounds(canary.feedback, champion.feedback, alpha), allowed),
        sides: [meanOf(champion.feedback), meanOf(canary.feedback)],
      }
    case 'latency':
      return {
        excess: shifted(differenceBounds(champion.logLatency, canary.logLatency, alpha), Math.log(allowed)),
        sides: [typical(champion.logLatency), typical(canary.logLatency)],
      }
    case 'cost':
      return {
        excess: differenceBounds(champion.cost, canary.cost, alpha, allowed),
        sides: [meanOf(champion.cost), meanOf(canary.cost)],
      }
    case 'p95_latency':
      return compareSlow(champion, canary, allowed, alpha)
  }
}

function compareShare(champion: Sums, canary: Sums, allowed: number, alpha: number): Comparison {
  const bounds = differenceBounds(smoothed(champion), smoothed(canary), alpha)
  return { excess: shifted(bounds, allowed), sides: [meanOf(champion), meanOf(canary)] }
}

/** More of the canary's calls than one in twenty are slower than the champion's 95th percentile times what is allowed. */
function compareSlow(champion: Evidence, canary: Evidence, allowed: number, alpha: number): Comparison {
  const step = stepAtShare(champion, 1 - SLOW_SHARE)
  const sides = [milliseconds(step), milliseconds(stepAtShare(canary, 1 - SLOW_SHARE))] as const
  if (step === undefined) return { excess: undefined, sides }
  const limit = latencyStep(latencyOfStep(step) * allowed)
  const slow = sumsOfCount(canary.logLatency.n, slowerThan(canary, limit))
  const usual = sumsOfCount(champion.logLatency.n, Math.round(champion.logLatency.n * SLOW_SHARE))
  return { excess: differenceBounds(smoothed(usual), smoothed(slow), alpha), sides }
}

function shifted(bounds: Bounds | undefined, by: number): Bounds | undefined {
  return bounds && { estimate: bounds.estimate - by, low: bounds.low - by, high: bounds.high - by }
}

function typical(logs: Sums): number | undefined {
  const mean = meanOf(logs)
  return mean === undefined ? undefined : Math.exp(mean)
}

function milliseconds(step: number | undefined): number | undefined {
  return step === undefined ? undefined : latencyOfStep(step)
}
