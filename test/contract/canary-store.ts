/** What every store of canaries promises. */

import { describe, expect, it } from 'vitest'
import type { CanaryPlan } from '../../src/ground/canary.ts'
import { type Evidence, NO_EVIDENCE, withCall } from '../../src/ground/canary-evidence.ts'
import type { CanaryStore } from '../../src/ports/canaries.ts'

const PLAN: CanaryPlan = {
  id: 'challenger',
  steps: [0.1, 0.5],
  stepMs: 0,
  minCalls: 30,
  rules: { error_rate: 0.05 },
  promote: 'automatic',
}

function calls(count: number, failed: number): Evidence {
  let evidence = NO_EVIDENCE
  for (let call = 0; call < count; call++)
    evidence = withCall(evidence, { failed: call < failed, latencyMs: 100, costNano: 5, guarded: false })
  return evidence
}

/** Defines the suite for one implementation; `fresh` gives a store of a route that nobody used. */
export function describeCanaryStore(name: string, fresh: () => CanaryStore): void {
  describe(`canary store: ${name}`, () => {
    it('starts a canary at its first step and says so', async () => {
      const { state, events } = await fresh().view(PLAN)
      expect(state).toMatchObject({ phase: 'running', step: 0 })
      expect(events).toMatchObject([{ what: 'started', share: 0.1, by: 'evidence' }])
    })

    it('counts a report once, however often it comes, and keeps isolates apart', async () => {
      const store = fresh()
      const report = { champion: calls(9, 1), canary: calls(2, 1) }
      for (let time = 0; time < 3; time++) await store.report(PLAN, { isolate: 'a', number: 1, ...report })
      await store.report(PLAN, { isolate: 'b', number: 1, ...report })
      await store.report(PLAN, { isolate: 'a', number: 2, ...report })
      await store.report(PLAN, { isolate: 'a', number: 1, ...report })
      const { state } = await store.view(PLAN)
      expect([state.champion.failures, state.canary.failures]).toEqual([
        { n: 27, sum: 3, squares: 3 },
        { n: 6, sum: 3, squares: 3 },
      ])
    })

    it('rolls back a bad canary on the report that proves it', async () => {
      const store = fresh()
      const standing = await store.report(PLAN, {
        isolate: 'a',
        number: 1,
        champion: calls(1000, 5),
        canary: calls(100, 40),
      })
      expect(standing).toEqual({ phase: 'rolled-back', step: 0 })
      const { events } = await store.view(PLAN)
      expect(events.map(({ what }) => what)).toEqual(['rolled-back', 'started'])
      expect(events[0]).toMatchObject({
        share: 0,
        by: 'evidence',
        calls: { champion: 1000, canary: 100 },
        findings: [{ measure: 'error_rate', champion: 0.005, canary: 0.4, verdict: 'worse' }],
      })
    })

    it('moves a good one step by step, each on evidence of its own, and promotes it', async () => {
      const store = fresh()
      const good = { champion: calls(5000, 50), canary: calls(5000, 1) }
      expect(await store.report(PLAN, { isolate: 'a', number: 1, ...good })).toEqual({ phase: 'running', step: 1 })
      expect((await store.view(PLAN)).state.canary.failures.n).toBe(0)
      expect(await store.report(PLAN, { isolate: 'a', number: 2, ...good })).toEqual({ phase: 'promoted', step: 1 })
      expect((await store.view(PLAN)).events.map(({ what, share }) => [what, share])).toEqual([
        ['promoted', 1],
        ['stepped', 0.5],
        ['started', 0.1],
      ])
    })

    it('does what an admin says, and starts another plan afresh', async () => {
      const store = fresh()
      await store.command(PLAN, 'rollback', 'admin')
      const { events, state } = await store.command(PLAN, 'resume', 'admin')
      expect(state).toMatchObject({ phase: 'running', step: 0 })
      expect(events.map(({ what, by }) => [what, by])).toEqual([
        ['resumed', 'admin'],
        ['rolled-back', 'admin'],
        ['started', 'evidence'],
      ])
      expect((await store.view({ ...PLAN, id: 'another' })).events).toHaveLength(1)
    })
  })
}
