/** The few statistics a model card needs. */

/** A share with its count and 95 % Wilson interval, all rounded to four digits. */
export interface Share {
  readonly share: number
  readonly n: number
  readonly low: number
  readonly high: number
}

const Z = 1.959964

/** `hits` out of `n`. With `n` 0 the interval is 0 to 1. */
export function wilson(hits: number, n: number): Share {
  if (n === 0) return { share: 0, n: 0, low: 0, high: 1 }
  const share = hits / n
  const centre = share + (Z * Z) / (2 * n)
  const spread = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n))
  const scale = 1 + (Z * Z) / n
  return {
    share: round(share),
    n,
    low: round(Math.max(0, (centre - spread) / scale)),
    high: round(Math.min(1, (centre + spread) / scale)),
  }
}

/** Chance that a positive scores above a negative, ties counting half. */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  const all = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ].sort((a, b) => a.score - b.score)
  let rankSum = 0
  for (let start = 0; start < all.length; ) {
    let end = start
    while (end < all.length && all[end]?.score === all[start]?.score) end++
    const rank = (start + end + 1) / 2
    for (let at = start; at < end; at++) if (all[at]?.positive) rankSum += rank
    start = end
  }
  const lowest = (positives.length * (positives.length + 1)) / 2
  return round((rankSum - lowest) / Math.max(1, positives.length * negatives.length))
}

/** Mean gap between stated probability and share of hits, over ten equal bins weighted by their rows. */
export function calibrationError(predictions: readonly { score: number; hit: boolean }[]): number {
  const bins = Map.groupBy(predictions, ({ score }) => Math.min(9, Math.floor(score * 10)))
  let gap = 0
  for (const bin of bins.values()) {
    const stated = bin.reduce((sum, { score }) => sum + score, 0)
    const hits = bin.filter(({ hit }) => hit).length
    gap += Math.abs(stated - hits)
  }
  return round(gap / Math.max(1, predictions.length))
}

/** The value that this share of the values lies below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

/** Rounds to four digits after the point. */
export function round(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
