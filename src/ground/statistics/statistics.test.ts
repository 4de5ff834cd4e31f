/** The tests of experiments against published examples and against simulated truth. */

import { describe, expect, it } from 'vitest'
import { differenceBounds, smoothed } from './confidence-sequence.ts'
import { compareRanks, quantileOf } from './mann-whitney.ts'
import { twoSided, upperTail } from './normal.ts'
import { addSums, meanOf, NO_SUMS, sumsOfCount, varianceOf } from './sums.ts'
import { compareShares, shareInterval } from './two-proportions.ts'

/** Mulberry32: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function histogram(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

describe('the normal distribution', () => {
  it('has the tails of the tables', () => {
    for (const [z, tail] of [
      [0, 0.5],
      [1, 0.158655254],
      [1.959963985, 0.025],
      [3, 0.001349898],
      [6, 9.865876e-10],
    ] as const) {
      expect(upperTail(z) / tail).toBeCloseTo(1, 6)
      expect(upperTail(-z)).toBeCloseTo(1 - tail, 7)
    }
    expect(twoSided(-1.959963985)).toBeCloseTo(0.05, 7)
  })
})

describe('sums', () => {
  it('give mean and variance, and add up', () => {
    const left = { n: 3, sum: 6, squares: 14 } // 1 2 3
    const right = { n: 2, sum: 9, squares: 41 } // 4 5
    expect([meanOf(left), varianceOf(left)]).toEqual([2, 1])
    const both = addSums(left, right)
    expect([meanOf(both), varianceOf(both)]).toEqual([3, 2.5])
    expect([meanOf(NO_SUMS), varianceOf({ n: 1, sum: 4, squares: 16 })]).toEqual([undefined, 0])
  })
})

describe('shares', () => {
  it('have the intervals of Newcombe 1998, table II', () => {
    const interval = shareInterval({ n: 263, hits: 81 })
    expect([interval?.low, interval?.high].map((value) => value?.toFixed(4))).toEqual(['0.2553', '0.3662'])
    const test = compareShares({ n: 80, hits: 48 }, { n: 70, hits: 56 })
    expect([test?.low, test?.high].map((value) => value?.toFixed(4))).toEqual(['0.0524', '0.3339'])
    expect(test?.p).toBeCloseTo(0.0079, 3)
  })

  it('are not different when both never or always happen', () => {
    expect(compareShares({ n: 50, hits: 0 }, { n: 9, hits: 0 })?.p).toBe(1)
    expect(compareShares({ n: 50, hits: 50 }, { n: 9, hits: 9 })?.p).toBe(1)
    expect(compareShares({ n: 0, hits: 0 }, { n: 9, hits: 0 })).toBeUndefined()
  })
})

describe('ranks', () => {
  it('agree with R: wilcox.test(x, y, exact = FALSE) on the depression data of Hollander and Wolfe', () => {
    const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    const y = [1.15, 0.88, 0.9, 0.74, 1.21]
    const test = compareRanks(histogram(x), histogram(y))
    expect(test?.rightLarger).toBeCloseTo(15 / 50, 12)
    expect(test?.p).toBeCloseTo(0.2446, 3)
  })

  it('see no difference where all values are the same or a side is empty', () => {
    expect(compareRanks(histogram([5, 5]), histogram([5, 5, 5]))).toEqual({ rightLarger: 0.5, p: 1 })
    expect(compareRanks(histogram([]), histogram([1]))).toBeUndefined()
  })

  it('find quantiles of what was seen', () => {
    const values = histogram([10, 20, 20, 30, 1000])
    expect([0, 0.5, 0.8, 0.95, 1].map((share) => quantileOf(values, share))).toEqual([10, 20, 30, 1000, 1000])
    expect(quantileOf(new Map(), 0.5)).toBeUndefined()
  })
})

describe('bounds that hold at every look', () => {
  /** Looks after every tenth call and says whether the bounds ever left out the truth. */
  function everWrong(random: () => number, rates: readonly [number, number], share: number, alpha: number): boolean {
    const hits = [0, 0]
    const calls = [0, 0]
    for (let call = 1; call <= 3000; call++) {
      const side = random() < share ? 1 : 0
      calls[side] = (calls[side] ?? 0) + 1
      if (random() < rates[side]) hits[side] = (hits[side] ?? 0) + 1
      if (call % 10 !== 0 || Math.min(...calls) < 30) continue
      const [left, right] = [0, 1].map((each) => smoothed(sumsOfCount(calls[each] ?? 0, hits[each] ?? 0)))
      const bounds = left && right && differenceBounds(left, right, alpha)
      if (bounds && bounds.low > rates[1] - rates[0]) return true
    }
    return false
  }

  it.each([
    [0.01, 0.01, 0.05],
    [0.05, 0.05, 0.5],
    [0.2, 0.2, 0.25],
  ])('are wrong in at most alpha of all runs: rates %f and %f, share %f', (left, right, share) => {
    const random = seeded(7)
    let wrong = 0
    for (let run = 0; run < 300; run++) if (everWrong(random, [left, right], share, 0.05)) wrong++
    expect(wrong).toBeLessThanOrEqual(15)
  })

  it('close in on a difference that is there', () => {
    const bounds = differenceBounds(sumsOfCount(1900, 19), sumsOfCount(100, 20), 0.01)
    expect(bounds?.estimate).toBeCloseTo(0.19, 12)
    expect(bounds?.low).toBeGreaterThan(0.02)
    const ratio = differenceBounds({ n: 500, sum: 500, squares: 550 }, { n: 500, sum: 900, squares: 1700 }, 0.01, 1.2)
    expect(ratio?.estimate).toBeCloseTo(0.6, 12)
    expect(differenceBounds(NO_SUMS, sumsOfCount(5, 1), 0.05)).toBeUndefined()
  })
})
