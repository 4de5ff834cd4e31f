import { describe, expect, it } from 'vitest'
import type { ArmCounts } from '../../ports/arms.ts'
import { compareArms } from './compare-arms.ts'

function arm(target: string, calls: number, failures: number, ms = 500, nano = 1000): ArmCounts {
  const answered = calls - failures
  const third = Math.floor(answered / 3)
  return {
    target,
    calls,
    failures,
    // A third each at 0.8, 1 and 1.2 of the mean.
    alike: { calls: 0, sum: 0 },
    priced: { calls: answered, sum: answered * nano, squares: answered * nano * nano * (1 + 0.08 / 3) },
    latencies: [
      { ms: Math.round(ms * 0.8), calls: third },
      { ms, calls: answered - 2 * third },
      { ms: Math.round(ms * 1.2), calls: third },
    ],
  }
}

describe('an A/B report', () => {
  it('says what differs, by how much and how sure that is', () => {
    const { arms, comparisons } = compareArms([arm('b', 1000, 80, 300, 2000), arm('a', 9000, 90)])
    expect(arms.map(({ target }) => target)).toEqual(['a', 'b'])
    expect(arms[1]).toMatchObject({ calls: 1000, failures: 80, medianMs: 300, p95Ms: 360, meanNano: 2000 })
    expect(arms[1]?.errorRate?.share).toBe(0.08)
    const [{ errors, latency, cost, sentence } = expect.fail()] = comparisons
    expect(errors?.difference).toBeCloseTo(0.07, 12)
    expect(errors?.low).toBeGreaterThan(0.05)
    expect([errors?.p, latency?.p, cost?.p].every((p) => p !== undefined && p < 1e-6)).toBe(true)
    expect(cost).toMatchObject({ difference: 1000 })
    expect(sentence).toBe(
      'b beside a: it fails more often (8% against 1%), and is faster (median 300 ms against 500 ms), and costs more (0.000002 against 0.000001 USD a call); nothing here is chance.',
    )
  })

  it('does not see differences that are chance', () => {
    const { comparisons } = compareArms([arm('a', 1000, 10), arm('b', 1000, 12)])
    expect(comparisons[0]?.sentence).toBe(
      'b beside a: no difference in errors, latency or cost can be told from chance.',
    )
    expect(comparisons[0]?.errors?.p).toBeGreaterThan(0.5)
  })

  it('says nothing on a handful of calls', () => {
    const { comparisons } = compareArms([arm('a', 1000, 10), arm('b', 29, 29)])
    expect(comparisons[0]?.sentence).toBe('b beside a: 29 calls on one side are too few to tell anything.')
  })

  it('adds up accounts, and compares with the target that is asked for', () => {
    const { arms, comparisons } = compareArms([arm('a', 50, 0), arm('b', 60, 0), arm('a', 50, 1)], 'b')
    expect(arms.map(({ target, calls, failures }) => [target, calls, failures])).toEqual([
      ['b', 60, 0],
      ['a', 100, 1],
    ])
    expect(comparisons).toMatchObject([{ baseline: 'b', target: 'a' }])
    expect(compareArms([])).toEqual({ arms: [], comparisons: [] })
  })
})
