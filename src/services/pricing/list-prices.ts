/** The dated entries of the books for a model, newest first, with where each comes from. */

import type { ClassRule, PriceBook, PriceEntry, ProviderPrices } from '../../ground/price-book.ts'
import { priceBook, pricesOf } from './find-price.ts'

export interface PricesAsked {
  /** A row of the provider table; absent: all. */
  readonly provider?: string | undefined
  /** An id, a name that stands for one, or the beginning of several with a `*`; absent: all. Without a provider, entries for all models of one are left out. */
  readonly model?: string | undefined
}

export interface ListedPrice extends Omit<PriceEntry, 'from' | 'checked'> {
  readonly provider: string
  readonly from: string
  /** The first day of the entry after it; absent: the last one. */
  readonly until?: string
  /** `own`: the book that `price_book` names. */
  readonly book: 'own' | 'built-in'
  /** Where the vendor publishes its prices. */
  readonly source: string
  /** The day the book's tables were taken, or its maker looked. */
  readonly checkedOn: string
  /** Which of them know the vendor, and whether they agree on the model. */
  readonly tables: readonly string[]
  readonly checked?: PriceEntry['checked']
  readonly rules?: readonly ClassRule[]
}

/** In the order of providers, models and days. Providers of one's own book are listed from it alone. */
export function listPrices(own: PriceBook | undefined, { provider, model }: PricesAsked): ListedPrice[] {
  const named = own ? listBook(own, 'own', { provider, model }) : []
  const rest = listBook(priceBook, 'built-in', { provider, model })
  const others = rest.filter((each) => !own || !pricesOf(own, each.provider))
  return [...named, ...others].sort(byPlace)
}

/** The entries of one book. */
export function listBook(book: PriceBook, name: ListedPrice['book'], { provider, model }: PricesAsked): ListedPrice[] {
  const shelves = book.providers.filter(
    (each) => provider === undefined || each.provider === provider || each.alsoFor?.includes(provider),
  )
  return shelves.flatMap((shelf) => {
    const wanted = model === undefined ? undefined : isWanted(model, shelf, provider !== undefined)
    const entries = wanted ? shelf.entries.filter((each) => wanted(each.model)) : shelf.entries
    return entries.map(({ from = book.checkedOn, ...entry }): ListedPrice => {
      const days = shelf.entries.filter((each) => each.model === entry.model).map((each) => each.from ?? book.checkedOn)
      const until = days.filter((day) => day > from).sort()[0]
      return {
        provider: provider ?? shelf.provider,
        ...entry,
        from,
        ...(until !== undefined && { until }),
        book: name,
        source: shelf.source,
        checkedOn: book.checkedOn,
        tables: shelf.tables,
        ...(shelf.rules && {
          rules: shelf.rules.filter(({ models }) => !models || new RegExp(models).test(entry.model)),
        }),
      }
    })
  })
}

/** As calls are priced: the id itself, else what it stands for, else all models of a provider that is named. */
function isWanted(
  model: string,
  { aliases = [], entries }: ProviderPrices,
  providerNamed: boolean,
): (name: string) => boolean {
  if (model.endsWith('*') && model.length > 1) return (name) => name.startsWith(model.slice(0, -1))
  const listed = aliases.flatMap((alias) => new RegExp(alias).exec(model)?.[1] ?? [])
  const names = [model, ...listed, ...(providerNamed ? ['*'] : [])]
  const found = names.find((name) => entries.some((each) => each.model === name))
  return (name) => name === found
}

function byPlace(a: ListedPrice, b: ListedPrice): number {
  return compare(a.provider, b.provider) || compare(a.model, b.model) || compare(b.from, a.from)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
