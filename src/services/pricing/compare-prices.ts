/** Where two lists of prices disagree, model by model and unit by unit. */

import type { PriceBook, PriceEntry, PriceTier, UnitPrices } from '../../ground/price-book.ts'
import { listBook } from './list-prices.ts'

/** What one list says of one model on the day compared. */
export interface StatedPrice {
  readonly provider: string
  readonly model: string
  /** First day it holds, where the list says. */
  readonly from?: string | undefined
  readonly prices: UnitPrices
  readonly above?: readonly PriceTier[] | undefined
  readonly classes?: PriceEntry['classes']
}

export interface Disagreement {
  readonly provider: string
  readonly model: string
  /** `output`, `output above 200000 tokens`, `batch input`… in pico-dollars a unit. */
  readonly units: readonly { readonly unit: string; readonly left: number; readonly right: number }[]
}

export interface Comparison {
  /** Models on which both say the same of everything both state. */
  readonly agreed: number
  readonly disagreements: readonly Disagreement[]
  /** `provider/model` that only one of them lists, among the providers both have. */
  readonly onlyLeft: readonly string[]
  readonly onlyRight: readonly string[]
  /** Providers only one of them has. */
  readonly providersOnlyLeft: readonly string[]
  readonly providersOnlyRight: readonly string[]
}

/** What a book says on a day (ISO date). */
export function statedIn(book: PriceBook, onDay: string): StatedPrice[] {
  return listBook(book, 'own', {}).filter(({ from, until }) => from <= onDay && (until === undefined || until > onDay))
}

/** In the order of names. Each list has a model once. */
export function comparePrices(left: readonly StatedPrice[], right: readonly StatedPrice[]): Comparison {
  const [ours, theirs] = [byName(left), byName(right)]
  const [mine, yours] = [new Set(left.map(({ provider }) => provider)), new Set(right.map(({ provider }) => provider))]
  let agreed = 0
  const disagreements: Disagreement[] = []
  for (const [name, price] of [...ours].sort(byCodeUnits)) {
    const other = theirs.get(name)
    if (!other) continue
    const units = differences(price, other)
    if (units.length === 0) agreed++
    else disagreements.push({ provider: price.provider, model: price.model, units })
  }
  const only = (own: ReadonlyMap<string, StatedPrice>, other: typeof own, both: ReadonlySet<string>): string[] =>
    inOrder([...own].flatMap(([name, { provider }]) => (both.has(provider) && !other.has(name) ? [name] : [])))
  return {
    agreed,
    disagreements,
    onlyLeft: only(ours, theirs, yours),
    onlyRight: only(theirs, ours, mine),
    providersOnlyLeft: inOrder([...mine].filter((name) => !yours.has(name))),
    providersOnlyRight: inOrder([...yours].filter((name) => !mine.has(name))),
  }
}

function inOrder(names: string[]): string[] {
  return names.sort((a, b) => (a < b ? -1 : 1))
}

function byName(list: readonly StatedPrice[]): Map<string, StatedPrice> {
  return new Map(list.map((each) => [`${each.provider}/${each.model}`, each]))
}

function byCodeUnits([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function differences(left: StatedPrice, right: StatedPrice): Disagreement['units'] {
  const theirs = flat(right)
  return [...flat(left)].flatMap(([unit, price]) => {
    const other = theirs.get(unit)
    return other === undefined || other === price ? [] : [{ unit, left: price, right: other }]
  })
}

/** Every price of a model under a name of its own. */
function flat({ prices, above = [], classes = {} }: StatedPrice): Map<string, number> {
  const all = new Map<string, number>()
  const add = (own: UnitPrices, before: string, after: string): void => {
    for (const [unit, price] of Object.entries(own)) all.set(`${before}${unit}${after}`, price)
  }
  add(prices, '', '')
  for (const tier of above) add(tier.prices, '', ` above ${tier.tokens} tokens`)
  for (const [name, own] of Object.entries(classes)) {
    add(own.prices, `${name} `, '')
    for (const tier of own.above ?? []) add(tier.prices, `${name} `, ` above ${tier.tokens} tokens`)
  }
  return all
}
