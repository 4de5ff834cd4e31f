/** Finds the entry of the price book that holds for a model at a time, in constant time. */

import type { ClassRule, PriceBook, PriceEntry, ProviderPrices } from '../../ground/price-book.ts'
import prices from './prices.json' with { type: 'json' }

/** The whole book as committed; its test reads every entry against this type. */
export const priceBook = prices as PriceBook

export interface FoundPrice {
  readonly entry: PriceEntry
  /** First day (ISO date, UTC) on which the entry's prices hold. */
  readonly from: string
  /** The vendor's rules for classes of which the entry lists no price. */
  readonly rules: readonly ClassRule[]
}

/** What books say of models. Names are never matched by likeness. */
export interface PriceFinder {
  /**
   * The entry for the exact model id, else for the listed name a documented alias (a dated snapshot) stands for, else for all
   * models of the provider. Undefined when no entry held at that time.
   */
  find(provider: string, model: string, atMs: number): FoundPrice | undefined
  /** The model's id, and the names its provider's aliases say it stands for. */
  namesOf(provider: string, model: string): readonly string[]
}

interface Dated extends FoundPrice {
  readonly fromMs: number
}

/** One provider's prices by model; the entries of one model stand newest first. */
interface Shelf {
  readonly byModel: ReadonlyMap<string, readonly Dated[]>
  readonly aliases: readonly RegExp[]
}

/** Looks into the built-in book, and before it into one's own, which stands alone for the providers it names. */
export function createPriceFinder(own?: PriceBook): PriceFinder {
  // A provider's shelf is built when first asked for: an isolate pays only for the providers it calls.
  const shelves = new Map<string, Shelf>()
  const shelfOf = (provider: string): Shelf | undefined => {
    const known = shelves.get(provider)
    if (known) return known
    for (const book of own ? [own, priceBook] : [priceBook]) {
      const prices = pricesOf(book, provider)
      if (!prices) continue
      const shelf = buildShelf(prices, book.checkedOn)
      shelves.set(provider, shelf)
      return shelf
    }
    return undefined
  }
  return {
    find(provider, model, atMs) {
      const shelf = shelfOf(provider)
      if (!shelf) return undefined
      const entries = shelf.byModel.get(model) ?? byAlias(shelf, model) ?? shelf.byModel.get('*')
      return entries?.find((each) => each.fromMs <= atMs)
    },
    namesOf(provider, model) {
      const aliases = shelfOf(provider)?.aliases ?? []
      return [model, ...aliases.flatMap((alias) => alias.exec(model)?.[1] ?? [])]
    },
  }
}

/** By the built-in book alone. */
export const builtInPrices = createPriceFinder()

/** The shelf a provider's calls are priced by; undefined when the book has none. */
export function pricesOf(book: PriceBook, provider: string): ProviderPrices | undefined {
  return book.providers.find((each) => each.provider === provider || each.alsoFor?.includes(provider))
}

function byAlias(shelf: Shelf, model: string): readonly Dated[] | undefined {
  for (const alias of shelf.aliases) {
    const listed = alias.exec(model)?.[1]
    const entries = listed === undefined ? undefined : shelf.byModel.get(listed)
    if (entries) return entries
  }
  return undefined
}

function buildShelf(prices: ProviderPrices, checkedOn: string): Shelf {
  const rules = prices.rules ?? []
  const byModel = new Map<string, Dated[]>()
  for (const entry of prices.entries) {
    const from = entry.from ?? checkedOn
    const dated = byModel.get(entry.model) ?? []
    dated.push({ entry, from, rules, fromMs: Date.parse(from) })
    byModel.set(entry.model, dated)
  }
  for (const dated of byModel.values()) dated.sort((a, b) => b.fromMs - a.fromMs)
  return { byModel, aliases: (prices.aliases ?? []).map((alias) => new RegExp(alias)) }
}
