/** Credit: the part of a limit that one lease may use without asking, as isolate and account tell each other of it. */

/**
 * `money`: nano-dollars; what a lost isolate held is booked as one row. `count`: calls or tokens. `held`: calls under way at
 * the same moment, which are never used up.
 */
export type CreditKind = 'money' | 'count' | 'held'

/** What is worth an alert of a counter. */
export interface Watch {
  /** The amount of the limit, also where it refuses nothing. */
  readonly amount: number
  /** Shares of the amount that are worth one, besides its end. */
  readonly percents: readonly number[]
  /** For the reader of the alert: of what (`usd` counts nano-dollars), for each what, and what happens at the end. */
  readonly measure: string
  readonly per: string
  readonly enforce: 'hard' | 'soft' | 'shadow'
}

/** One counter of an account: a limit, whose calls it counts, and in which window. */
export interface CounterName {
  readonly limit: string
  /** The key, user, route… that shares it. */
  readonly scope: string
  /** Start of the window; 0 where there is none. */
  readonly startMs: number
}

export interface CounterTerms extends CounterName {
  readonly kind: CreditKind
  /** Counters of the same limit and scope from here on share the amount: `startMs` itself unless the window slides. */
  readonly sinceMs: number
  /** When nobody will ask for the counter any more. */
  readonly untilMs: number
  /** The amount of the limit; absent where it refuses nothing. */
  readonly bound?: number
  /** All teams of the organisation share the amount: a team's account asks the organisation's for its part. */
  readonly shared?: true
  /** Absent where nobody wants to be told. */
  readonly watch?: Watch
}

/**
 * What a lease says of one counter. All figures are totals since the lease began and never fall, so that reports may come
 * twice and in any order. Unused and outstanding is `granted - spent - returned`.
 */
export interface CreditReport extends CounterTerms {
  readonly spent: number
  readonly returned: number
  /** Totals of `granted` that would serve one waiting call, all waiting calls, and those likely to come. */
  readonly least: number
  readonly need: number
  readonly want: number
  /** The least that the smallest of the waiting calls can do with; absent when none waits. */
  readonly smallest?: number
}

export interface CreditGrant extends CounterName {
  /** Total since the lease began; never falls. */
  readonly granted: number
  /** Of all leases together, in the window and what counts with it. */
  readonly spent: number
  readonly reserved: number
}

/** What an account knows of one counter. */
export interface CounterState extends CounterName {
  readonly spent: number
  /** Granted to leases and neither spent nor returned. */
  readonly reserved: number
}
