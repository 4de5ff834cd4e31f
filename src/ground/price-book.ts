/** What the price book is: dated prices per provider, model and service class, in whole pico-dollars per unit. */

import type { UsageUnit } from './usage.ts'

/** What may have a price: all that usage counts, and the call itself, which is one whatever it used. */
export type PricedUnit = UsageUnit | 'request'

/**
 * Pico-dollars (1e-12 USD) per token, call, picture, second or character, as the unit says. Absent: the vendor states no price
 * of its own for the unit.
 */
export type UnitPrices = Partial<Record<PricedUnit, number>>

/** How much a call searched before it answered, where its fee depends on that. */
export type SearchContext = 'low' | 'medium' | 'high'

/** Prices that replace the base ones for the whole call when its prompt, cached or not, is longer than `tokens`. */
export interface PriceTier {
  readonly tokens: number
  readonly prices: UnitPrices
}

/** Prices of one service class, and what they become for long prompts. */
export interface ClassPrices {
  readonly prices: UnitPrices
  /** Ascending by `tokens`; a unit a tier leaves out keeps its base price. */
  readonly above?: readonly PriceTier[]
}

/** The service classes that cost less or more than the standard one. */
export const PRICED_CLASSES = ['batch', 'flex', 'priority'] as const
export type PricedClass = (typeof PRICED_CLASSES)[number]

/** Whether the two source tables name the same prices. Where they do not, the dearer is taken. */
export type Checked = 'agree' | 'disagree'

export interface PriceEntry extends ClassPrices {
  /** The id the vendor's replies carry; `*` stands for every model of the provider. */
  readonly model: string
  /** First day (UTC) the prices hold; absent: the book's `checkedOn`. */
  readonly from?: string
  /** Absent: only one table knows the model. */
  readonly checked?: Checked
  /** Absent classes have no known price, unless a rule of the vendor's gives it. */
  readonly classes?: Readonly<Partial<Record<PricedClass, ClassPrices>>>
  /** What each call costs on top, in pico-dollars, by how much it searched. */
  readonly requestByContext?: Readonly<Record<SearchContext, number>>
  /** Percent of the token prices that holds in a region; a region that is not named has no premium. */
  readonly regions?: Readonly<Record<string, number>>
  /** SHA-256 of the canonical entry (see canonical-price.ts), in hex. */
  readonly hash: string
}

/** A vendor's own rule for a class: a percentage of the standard price, for entries that list no price of the class. */
export interface ClassRule {
  readonly serviceClass: PricedClass
  readonly percent: number
  /** The units the rule is stated for. */
  readonly units: readonly PricedUnit[]
  /** A regular expression for the models the rule is stated for; absent: all of the vendor's. */
  readonly models?: string
  /** Where the vendor states it. */
  readonly source: string
  readonly checkedOn: string
}

export interface ProviderPrices {
  readonly provider: string
  /** Other rows of the provider table that are billed by the same prices. */
  readonly alsoFor?: readonly string[]
  /** Where the vendor publishes its prices. */
  readonly source: string
  /** Names of the book's tables that know the vendor's models. */
  readonly tables: readonly string[]
  readonly rules?: readonly ClassRule[]
  /** Regular expressions for unlisted names; their first group is the listed model that has the same price. */
  readonly aliases?: readonly string[]
  readonly entries: readonly PriceEntry[]
}

/** A public price table. */
export interface PriceTable {
  readonly name: string
  readonly source: string
  readonly licence: string
  readonly checkedOn: string
}

/** Of the committed book, or of one's own (`price_book` in sluice.yml). */
export interface PriceBook {
  /** SHA-256 of all entry hashes, in order. */
  readonly hash: string
  /** The day the source tables were taken. */
  readonly checkedOn: string
  readonly tables: readonly PriceTable[]
  readonly providers: readonly ProviderPrices[]
}
