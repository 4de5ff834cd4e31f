/** Finds the entry of the price book that holds for a model at a time, in constant time. */

import type { ClassRule, PriceBook, PriceEntry } from './price-book.ts'
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

interface Dated extends FoundPrice {
  readonly fromMs: number
}

/** One provider's prices by model; the entries of one model stand newest first. */
interface Shelf {
  readonly byModel: ReadonlyMap<string, readonly Dated[]>
  readonly aliases: readonly RegExp[]
}

/** A provider's shelf is built when first asked for: an isolate pays only for the providers it calls. */
const shelves = new Map<string, Shelf>()
const checkedOnMs = Date.parse(priceBook.checkedOn)

/**
 * The entry for the exact model id, else for the listed name a documented alias (a dated snapshot) stands for, else for all
 * models of the provider. Names are never matched by likeness. Undefined when no entry held at that time.
 */
export function findPrice(provider: string, model: string, atMs: number): FoundPrice | undefined {
  const shelf = shelves.get(provider) ?? buildShelf(provider)
  if (!shelf) return undefined
  const entries = shelf.byModel.get(model) ?? byAlias(shelf, model) ?? shelf.byModel.get('*')
  return entries?.find((each) => each.fromMs <= atMs)
}

function byAlias(shelf: Shelf, model: string): readonly Dated[] | undefined {
  for (const alias of shelf.aliases) {
    const listed = alias.exec(model)?.[1]
    const entries = listed === undefined ? undefined : shelf.byModel.get(listed)
    if (entries) return entries
  }
  return undefined
}

function buildShelf(provider: string): Shelf | undefined {
  const prices = priceBook.providers.find((each) => each.provider === provider || each.alsoFor?.includes(provider))
  if (!prices) return undefined
  const rules = prices.rules ?? []
  const byModel = new Map<string, Dated[]>()
  for (const entry of prices.entries) {
    const from = entry.from ?? priceBook.checkedOn
    const dated = byModel.get(entry.model) ?? []
    dated.push({ entry, from, rules, fromMs: entry.from === undefined ? checkedOnMs : Date.parse(entry.from) })
    byModel.set(
      entry.model,
      dated.sort((a, b) => b.fromMs - a.fromMs),
    )
  }
  const shelf = { byModel, aliases: (prices.aliases ?? []).map((alias) => new RegExp(alias)) }
  shelves.set(provider, shelf)
  return shelf
}
