/** One model's prices as one table states them. */

import type { ClassPrices, PricedClass, PriceTier, SearchContext, UnitPrices } from '../../ground/price-book.ts'

export interface Fact {
  readonly prices: UnitPrices
  readonly above: readonly PriceTier[]
  readonly classes?: Readonly<Partial<Record<PricedClass, ClassPrices>>>
  /** What each call costs on top, by how much it searched. */
  readonly requestByContext?: Readonly<Record<SearchContext, number>>
  /** First day these prices held, where the table says so. */
  readonly from?: string
}

/**
 * Models whose every call also costs a fee that the token counts do not show (per request, by search depth): a token price
 * alone would be too low, so they stay unknown where the table does not state the fee.
 */
export const HAS_HIDDEN_FEE = /search-preview|search-api|sonar|-online$/

/** A table's zero means "free" only where the name says so; elsewhere it means "not filled in". */
export function saysFree(model: string): boolean {
  return model.endsWith(':free')
}

/**
 * Models that make pictures or sound, by the words in their names: what they make has a price of its own, and a table that
 * knows only the price of their text does not price them.
 */
export const OTHER_TRADE = /image|-tts|transcribe|realtime|whisper/

/** Names that no longer answer or never did: OpenRouter's old `:beta` variants and its moving `~` pointers, a table's prefixes. */
export const NOT_A_MODEL = /:beta$|^~|-$/
