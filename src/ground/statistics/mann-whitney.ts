/** Compares two distributions, such as latencies, without assuming their form. */

import { twoSided } from './normal.ts'

/** How often each value was seen, by value. */
export type Histogram = ReadonlyMap<number, number>

export interface RankTest {
  /** Chance that a value of the right is above one of the left, ties counted half: 0.5 when neither tends to be larger. */
  readonly rightLarger: number
  /** Two-sided, by the normal approximation with ties and continuity correction. */
  readonly p: number
}

/** Mann and Whitney 1947. Undefined when a side is empty. */
export function compareRanks(left: Histogram, right: Histogram): RankTest | undefined {
  const n = countOf(left)
  const m = countOf(right)
  if (n === 0 || m === 0) return undefined
  const values = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => a - b)
  let below = 0
  let u = 0
  let ties = 0
  for (const value of values) {
    const here = left.get(value) ?? 0
    const there = right.get(value) ?? 0
    u += there * (below + here / 2)
    below += here
    ties += (here + there) ** 3 - (here + there)
  }
  const all = n + m
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)))
  const away = Math.abs(u - (n * m) / 2) - 0.5
  return { rightLarger: u / (n * m), p: variance <= 0 || away <= 0 ? 1 : twoSided(away / Math.sqrt(variance)) }
}

/** The value below which `share` of all values lie, the smallest such; undefined when empty. */
export function quantileOf(histogram: Histogram, share: number): number | undefined {
  const wanted = share * countOf(histogram)
  let seen = 0
  for (const [value, count] of [...histogram].sort(([a], [b]) => a - b)) {
    seen += count
    if (seen >= wanted && count > 0) return value
  }
  return undefined
}

function countOf(histogram: Histogram): number {
  let count = 0
  for (const each of histogram.values()) count += each
  return count
}
