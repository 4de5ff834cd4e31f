/** Exponential and logarithm from +, × and ÷ alone, so that every JavaScript engine gives the same bits. */

const LN2 = Math.LN2
const TERMS = 14

/** e to the power x within 1e-13 relative error for -700 ≤ x ≤ 700; beyond that the nearer bound's value. */
export function stableExp(x: number): number {
  const bounded = Math.min(700, Math.max(-700, x))
  const halvings = Math.round(bounded / LN2)
  const rest = bounded - halvings * LN2
  let value = 1
  for (let term = TERMS; term > 0; term--) value = 1 + (value * rest) / term
  return value * powerOfTwo(halvings)
}

/** Natural logarithm of a number of at least 1, within 1e-13. */
export function stableLog(x: number): number {
  let mantissa = x
  let doublings = 0
  while (mantissa > 1.5) {
    mantissa /= 2
    doublings++
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), with |ratio| ≤ 1/5 here.
  const ratio = (mantissa - 1) / (mantissa + 1)
  const square = ratio * ratio
  let series = 0
  for (let odd = 23; odd > 0; odd -= 2) series = series * square + 1 / odd
  return doublings * LN2 + 2 * ratio * series
}

/** 1 / (1 + e^-x). */
export function stableSigmoid(x: number): number {
  return 1 / (1 + stableExp(-x))
}

function powerOfTwo(exponent: number): number {
  let value = 1
  const factor = exponent < 0 ? 0.5 : 2
  for (let step = Math.abs(exponent); step > 0; step--) value *= factor
  return value
}
