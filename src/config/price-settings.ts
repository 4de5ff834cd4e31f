/** What was agreed with vendors beyond the price book, as the revision holds it. */

import type { UnitPrices } from '../ground/price-book.ts'

/** For whose calls, of what, and when. */
export interface PriceScope {
  /** Name of the provider as rows of the ledger have it; absent: all. */
  readonly provider?: string
  /** The model's id; one that ends in `*` stands for all that begin so. Absent: all. */
  readonly model?: string
  /** Absent: all. */
  readonly teams?: readonly string[]
  /** First day (ISO date, UTC) it holds. */
  readonly from: string
  /** Last day; absent: until further notice. */
  readonly until?: string
  /** SHA-256 in hex of all that it says. */
  readonly hash: string
}

/** Prices of the standard class that stand instead of the book's, at every length of prompt. */
export interface PriceOverride extends PriceScope {
  readonly provider: string
  readonly model: string
  /** Pico-dollars a unit; units it leaves out cost what the book says. */
  readonly prices: UnitPrices
}

/** A part of the book's price that is not billed. */
export interface PriceDiscount extends PriceScope {
  /** Hundredths of a percent: 1 to 10,000. */
  readonly basisPoints: number
}

export interface PriceSettings {
  readonly overrides: readonly PriceOverride[]
  readonly discounts: readonly PriceDiscount[]
}
