/** Compares two shares of calls, such as error rates, with a fixed sample. */

import { twoSided, Z_95 } from './normal.ts'

export interface Share {
  readonly n: number
  readonly hits: number
}

export interface ShareTest {
  /** Right minus left. */
  readonly difference: number
  /** 95 % interval of the difference. */
  readonly low: number
  readonly high: number
  /** Two-sided. */
  readonly p: number
}

/** The 95 % interval of one share; undefined without calls. Wilson 1927. */
export function shareInterval({ n, hits }: Share): { low: number; high: number } | undefined {
  if (n === 0) return undefined
  const share = hits / n
  const z2 = Z_95 * Z_95
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n)
  const half = (Z_95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** Pooled z-test; interval by Newcombe 1998, method 10, of both Wilson intervals. Undefined when a side has no calls. */
export function compareShares(left: Share, right: Share): ShareTest | undefined {
  const leftInterval = shareInterval(left)
  const rightInterval = shareInterval(right)
  if (!leftInterval || !rightInterval) return undefined
  const a = left.hits / left.n
  const b = right.hits / right.n
  const pooled = (left.hits + right.hits) / (left.n + right.n)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / left.n + 1 / right.n))
  return {
    difference: b - a,
    low: b - a - Math.hypot(b - rightInterval.low, leftInterval.high - a),
    high: b - a + Math.hypot(rightInterval.high - b, a - leftInterval.low),
    p: error === 0 ? 1 : twoSided((b - a) / error),
  }
}
