/** What the price book is: dated prices per provider and model, in whole pico-dollars per unit. */

import type { UsageUnit } from '../../ground/usage.ts'

/** Pico-dollars (1e-12 USD) per token, or per call for `search`. Absent: the vendor states no price of its own for the unit. */
export type UnitPrices = Partial<Record<UsageUnit, number>>

/** Prices that replace the base ones for the whole call when its prompt, cached or not, is longer than `tokens`. */
export interface PriceTier {
  readonly tokens: number
  readonly prices: UnitPrices
}

/** Whether the two source tables name the same prices. Where they do not, the dearer is taken. */
export type Checked = 'agree' | 'disagree'

export interface PriceEntry {
  /** The id the vendor's replies carry; `*` stands for every model of the provider. */
  readonly model: string
  /** First day (UTC) the prices hold; absent: the book's `checkedOn`. */
  readonly from?: string
  /** Absent: only one table knows the model. */
  readonly checked?: Checked
  readonly prices: UnitPrices
  /** Ascending by `tokens`; a unit a tier leaves out keeps its base price. */
  readonly above?: readonly PriceTier[]
  /** SHA-256 of the canonical entry (see canonical-price.ts), in hex. */
  readonly hash: string
}

export interface ProviderPrices {
  readonly provider: string
  /** Where the vendor publishes its prices. */
  readonly source: string
  /** Regular expressions for unlisted names; their first group is the listed model that has the same price. */
  readonly aliases?: readonly string[]
  readonly entries: readonly PriceEntry[]
}

export interface PriceBook {
  /** SHA-256 of all entry hashes, in order. */
  readonly hash: string
  /** The day the source tables were taken. */
  readonly checkedOn: string
  readonly providers: readonly ProviderPrices[]
}
