/** Time and chance as arguments, so every test is exact. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** A number in [0, 1). */
export type Random = () => number
