/** The arithmetic of the tables: medians over rounds, and ratios between two contenders of the same round. */

/** Middle value; mean of the two middle ones when their number is even. NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  if (sorted.length === 0) return Number.NaN
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  const high = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  return (low + high) / 2
}

export interface RatioSummary {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

/**
 * Value divided by anchor, round by round: what the machine did to a whole round cancels out, which it would not between
 * two medians. Rounds where either is missing or zero are left out; undefined when none is left.
 */
export function ratioToAnchor(
  values: ReadonlyMap<number, number>,
  anchor: ReadonlyMap<number, number>,
): RatioSummary | undefined {
  const ratios: number[] = []
  for (const [round, value] of values) {
    const base = anchor.get(round)
    if (base !== undefined && base > 0 && value > 0) ratios.push(value / base)
  }
  if (ratios.length === 0) return undefined
  return { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) }
}

/** A copy in random order; `random` gives numbers from 0 up to but not including 1. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
