/** Canaries simulated call by call: bad ones are rolled back, good ones promoted, equal ones left alone. */

import { describe, expect, it } from 'vitest'
import { type CanaryPlan, type CanaryState, canaryShare } from '../../ground/canary.ts'
import { type Evidence, NO_EVIDENCE, withCall } from '../../ground/canary-evidence.ts'
import { commandCanary, moveCanary, startCanary, withEvidence } from './canary-state.ts'
import { judgeCanary } from './judge-canary.ts'

const PLAN: CanaryPlan = {
  id: 'challenger',
  steps: [0.05, 0.25, 0.5],
  stepMs: 1000,
  minCalls: 50,
  rules: { error_rate: 0.02, latency: 1.2, p95_latency: 1.5, cost: 1.5, guardrail_rate: 0.02, feedback: 0.05 },
  promote: 'automatic',
}

interface Target {
  readonly errorRate: number
  readonly latencyMs: number
  readonly costNano: number
  readonly guardRate?: number
}

const USUAL: Target = { errorRate: 0.01, latencyMs: 800, costNano: 50_000 }

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function call(
  evidence: Evidence,
  { errorRate, latencyMs, costNano, guardRate = 0.01 }: Target,
  random: () => number,
): Evidence {
  // Log-normal with a long tail, as latencies are.
  const spread = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return withCall(evidence, {
    failed: random() < errorRate,
    latencyMs: latencyMs * Math.exp(0.5 * spread),
    costNano: costNano * (0.5 + random()),
    guarded: random() < guardRate,
  })
}

/** Ten calls a look, a look every 100 ms. */
function run(
  canary: Target,
  calls: number,
  seed: number,
  plan = PLAN,
  champion = USUAL,
): { state: CanaryState; calls: number } {
  const random = seeded(seed)
  let { state } = startCanary(plan, 0)
  for (let look = 0; look * 10 < calls; look++) {
    let [left, right] = [NO_EVIDENCE, NO_EVIDENCE]
    for (let each = 0; each < 10; each++) {
      if (random() < canaryShare(plan, state)) right = call(right, canary, random)
      else left = call(left, champion, random)
    }
    state = withEvidence(state, left, right)
    state = moveCanary(plan, state, look * 100)?.state ?? state
    if (state.phase !== 'running') return { state, calls: look * 10 }
  }
  return { state, calls }
}

describe('a canary', () => {
  it('that fails one call in five is rolled back while few calls have seen it', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { state, calls } = run({ ...USUAL, errorRate: 0.2 }, 20_000, seed)
      expect(state.phase).toBe('rolled-back')
      expect(calls * 0.05).toBeLessThan(400)
    }
  })

  it.each([
    ['three times as slow', { ...USUAL, latencyMs: 2400 }],
    ['three times as dear', { ...USUAL, costNano: 150_000 }],
    ['stopped by guardrails ten times as often', { ...USUAL, guardRate: 0.1 }],
  ])('%s is rolled back', (_, target) => {
    for (let seed = 1; seed <= 5; seed++) expect(run(target, 40_000, seed).state.phase).toBe('rolled-back')
  })

  it('that is as good or better is promoted through every step', () => {
    for (let seed = 1; seed <= 5; seed++)
      expect(run({ errorRate: 0.001, latencyMs: 500, costNano: 20_000 }, 60_000, seed).state.phase).toBe('promoted')
  })

  it('that is equal is left where it is when nothing worse is allowed', () => {
    const plan = { ...PLAN, rules: { error_rate: 0, latency: 1, cost: 1 } }
    const phases = Array.from({ length: 20 }, (_, seed) => run(USUAL, 5000, seed + 1, plan).state)
    expect(phases.filter(({ phase }) => phase === 'rolled-back').length).toBeLessThanOrEqual(1)
    expect(phases.filter(({ phase }) => phase === 'promoted')).toEqual([])
  })

  it('is not judged on a handful of calls, however bad they are', () => {
    let bad = NO_EVIDENCE
    let good = NO_EVIDENCE
    const random = seeded(1)
    for (let each = 0; each < 49; each++) bad = call(bad, { ...USUAL, errorRate: 1 }, random)
    for (let each = 0; each < 5000; each++) good = call(good, USUAL, random)
    expect(judgeCanary(good, bad, PLAN).verdict).toBe('open')
    bad = call(bad, { ...USUAL, errorRate: 1 }, random)
    expect(judgeCanary(good, bad, PLAN)).toMatchObject({
      verdict: 'worse',
      findings: expect.arrayContaining([
        expect.objectContaining({ measure: 'error_rate', canary: 1, verdict: 'worse' }),
      ]),
    })
  })

  it('does what an admin says, and says who it was', () => {
    const { state } = startCanary(PLAN, 0)
    const paused = commandCanary(PLAN, state, 'pause', 'key_1', 10)
    expect(paused).toMatchObject({ state: { phase: 'paused' }, event: { what: 'paused', by: 'key_1', share: 0.05 } })
    expect(moveCanary(PLAN, paused.state, 1e9)).toBeUndefined()
    const back = commandCanary(PLAN, paused.state, 'rollback', 'key_1', 20)
    expect([canaryShare(PLAN, back.state), back.event.what]).toEqual([0, 'rolled-back'])
    const again = commandCanary(PLAN, back.state, 'resume', 'key_1', 30)
    expect(again).toMatchObject({ state: { phase: 'running', step: 0 }, event: { what: 'resumed', share: 0.05 } })
    expect(canaryShare(PLAN, commandCanary(PLAN, again.state, 'promote', 'key_1', 40).state)).toBe(1)
  })
})
