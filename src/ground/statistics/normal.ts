/** The normal distribution: its tail and its quantiles. */

/**
 * Probability of a standard normal value above `z`. Relative error below 1e-7 (Numerical Recipes, erfc by a Chebyshev fit,
 * section 6.2.2).
 */
export function upperTail(z: number): number {
  const half = erfc(Math.abs(z) / Math.SQRT2) / 2
  return z >= 0 ? half : 1 - half
}

/** Two-sided p-value of a standard normal statistic. */
export function twoSided(z: number): number {
  return Math.min(1, 2 * upperTail(Math.abs(z)))
}

/** The 97.5 % quantile: half the width of a 95 % interval in standard errors. */
export const Z_95 = 1.959963984540054

const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
] as const

function erfc(x: number): number {
  const t = 1 / (1 + x / 2)
  const polynomial = COEFFICIENTS.reduceRight((sum, coefficient) => sum * t + coefficient, 0)
  return t * Math.exp(-x * x + polynomial)
}
