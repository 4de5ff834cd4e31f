/** Bounds that hold at every look at once, so that one may look after each call and stop when one likes. */

import { meanOf, type Sums, varianceOf } from './sums.ts'

export interface Bounds {
  readonly estimate: number
  /** One-sided each: the truth is below `low` at any time with probability `alpha` at most, above `high` likewise. */
  readonly low: number
  readonly high: number
}

/** Calls at which the bounds are tightest. */
const TIGHTEST_AT = 2000

/**
 * Bounds of `mean(right) − factor · mean(left)`. Undefined until both have two values.
 *
 * Source: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences",
 * Annals of Statistics 52 (2024), one-sided boundary; for two groups the variance of the difference times all calls.
 */
export function differenceBounds(left: Sums, right: Sums, alpha: number, factor = 1): Bounds | undefined {
  const leftMean = meanOf(left)
  const rightMean = meanOf(right)
  if (leftMean === undefined || rightMean === undefined || left.n < 2 || right.n < 2) return undefined
  const estimate = rightMean - factor * leftMean
  const all = left.n + right.n
  const spread = all * ((factor * factor * varianceOf(left)) / left.n + varianceOf(right) / right.n)
  const radius = Math.sqrt(spread) * boundary(all, alpha)
  return { estimate, low: estimate - radius, high: estimate + radius }
}

/**
 * A proportion with one hit and one miss more than were seen (Agresti and Caffo 2000): without them a group that never failed
 * would have no variance, and its first failure would look like proof.
 */
export function smoothed({ n, sum }: Sums): Sums {
  return { n: n + 2, sum: sum + 1, squares: sum + 1 }
}

function boundary(n: number, alpha: number): number {
  const rho2 = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / TIGHTEST_AT
  const grown = n * rho2 + 1
  return Math.sqrt(((2 * grown) / (n * n * rho2)) * Math.log(1 + Math.sqrt(grown) / (2 * alpha)))
}
