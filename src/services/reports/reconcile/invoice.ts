/** What a vendor's file says, line by line, in the terms in which the ledger can be set against it. */

/** `cost`: amounts of money; `tokens`: counts, from files that state no money. */
export type Measure = 'cost' | 'tokens'

export interface InvoiceLine {
  /** `2026-11-23`, in the zone the file counts days in. */
  readonly day: string
  /** As written; empty where the line names none. */
  readonly model: string
  /** As written; empty where the file has no keys. */
  readonly key: string
  /** In 10^-30 dollars (see decimal.ts), or tokens. */
  readonly amount: bigint
}

export interface Invoice {
  readonly title: string
  readonly measure: Measure
  readonly lines: readonly InvoiceLine[]
  /** The most decimal places an amount is written with; 0 for tokens. */
  readonly decimals: number
  /** Lines without an amount, such as days on which nothing was used. */
  readonly emptyLines: number
}
