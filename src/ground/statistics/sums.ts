/** What is kept of a measure of many calls: enough for its mean and variance, and it adds up. */

export interface Sums {
  readonly n: number
  readonly sum: number
  readonly squares: number
}

export const NO_SUMS: Sums = { n: 0, sum: 0, squares: 0 }

export function addSums(left: Sums, right: Sums): Sums {
  return { n: left.n + right.n, sum: left.sum + right.sum, squares: left.squares + right.squares }
}

/** Undefined without any value. */
export function meanOf({ n, sum }: Sums): number | undefined {
  return n === 0 ? undefined : sum / n
}

/** Unbiased; 0 for fewer than two values. */
export function varianceOf({ n, sum, squares }: Sums): number {
  return n < 2 ? 0 : Math.max(0, (squares - (sum * sum) / n) / (n - 1))
}

/** Of `hits` among `n` yes-or-no values. */
export function sumsOfCount(n: number, hits: number): Sums {
  return { n, sum: hits, squares: hits }
}
