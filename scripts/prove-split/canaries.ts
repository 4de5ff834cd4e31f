/** Simulated canaries: seeded calls go through the same judgement that moves real ones. */

import { seededRandom } from '../../src/edge/training/seeded-random.ts'
import { type CanaryPlan, canaryShare } from '../../src/ground/canary.ts'
import { NO_EVIDENCE, withCall } from '../../src/ground/canary-evidence.ts'
import { moveCanary, startCanary, withEvidence } from '../../src/stores/canary/canary-state.ts'

export interface Kind {
  readonly name: string
  /** Share of its calls that fail; those beside it fail at `BASE_FAILURES`. */
  readonly failures: number
  /** Times as slow as those beside it. */
  readonly slower: number
}

export interface Verdicts {
  readonly promoted: number
  readonly rolledBack: number
  /** Neither after all calls. */
  readonly open: number
  /** Median of the canary's own calls until it was rolled back. */
  readonly callsUntilRollback: number | undefined
}

const BASE_FAILURES = 0.01
/** Evidence is looked at this often, as isolates report it. */
const CALLS_A_REPORT = 50

const PLAN: CanaryPlan = {
  id: 'simulated',
  steps: [0.05, 0.25, 0.5],
  stepMs: 1,
  minCalls: 100,
  promote: 'automatic',
  rules: { error_rate: 0.02, latency: 1.5 },
}

/** Each canary gets up to `calls` calls on both sides together. */
export function simulate(kind: Kind, canaries: number, calls: number, seed: number): Verdicts {
  const rollbacks: number[] = []
  let promoted = 0
  for (let canary = 0; canary < canaries; canary++) {
    const ended = run(kind, calls, seededRandom(seed * 1_000_003 + canary))
    if (ended.phase === 'promoted') promoted++
    else if (ended.phase === 'rolled-back') rollbacks.push(ended.canaryCalls)
  }
  rollbacks.sort((a, b) => a - b)
  const rolledBack = rollbacks.length
  const callsUntilRollback = rollbacks[Math.floor(rolledBack / 2)]
  return { promoted, rolledBack, open: canaries - promoted - rolledBack, callsUntilRollback }
}

function run(kind: Kind, calls: number, random: () => number): { phase: string; canaryCalls: number } {
  let nowMs = 0
  let { state } = startCanary(PLAN, nowMs)
  let canaryCalls = 0
  for (let done = 0; done < calls && state.phase === 'running'; done += CALLS_A_REPORT) {
    let champion = NO_EVIDENCE
    let canary = NO_EVIDENCE
    for (let call = 0; call < CALLS_A_REPORT; call++) {
      const toCanary = random() < canaryShare(PLAN, state)
      const failed = random() < (toCanary ? kind.failures : BASE_FAILURES)
      const latencyMs = 400 * Math.exp(0.6 * normal(random)) * (toCanary ? kind.slower : 1)
      const seen = { failed, latencyMs, guarded: false }
      if (toCanary) {
        canary = withCall(canary, seen)
        canaryCalls++
      } else champion = withCall(champion, seen)
    }
    nowMs += 1000
    state = withEvidence(state, champion, canary)
    state = moveCanary(PLAN, state, nowMs)?.state ?? state
  }
  return { phase: state.phase, canaryCalls }
}

/** Standard normal, by Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
