/** What calls of one route did at each of its targets: what an A/B comparison is made of. */

export interface ArmQuery {
  readonly route: string
  /** Included. */
  readonly sinceMs?: number
  /** Not included. */
  readonly untilMs?: number
}

/** Calls for which one target was chosen, whoever answered in the end. Refused and abandoned calls are not among them. */
export interface ArmCounts {
  readonly target: string
  readonly calls: number
  /** Ended in an error, or were answered by another target because this one failed. */
  readonly failures: number
  /** Calls this target answered whose cost is known, with the sum of their cost and of its square, in nano-dollars. */
  readonly priced: { readonly calls: number; readonly sum: number; readonly squares: number }
  /** Of a target of shadow calls: those whose reply could be compared with the app's, and the sum of how alike they were. */
  readonly alike: { readonly calls: number; readonly sum: number }
  /** Calls this target answered, by milliseconds to the last byte, rounded to two digits from 1,000 on. */
  readonly latencies: readonly { readonly ms: number; readonly calls: number }[]
}

/** The latency under which a call is counted. */
export function countedLatency(ms: number): number {
  const step = ms < 1000 ? 1 : ms < 10_000 ? 100 : 1000
  return Math.floor(ms / step) * step
}
