/** Which of the prices agreed with vendors hold for a call, and what they make of the price book's entry. */

import type { PriceDiscount, PriceOverride, PriceScope, PriceSettings } from '../../config/price-settings.ts'
import type { PriceEntry, UnitPrices } from '../../ground/price-book.ts'
import type { FoundPrice } from './find-price.ts'

/** What of a call decides. */
export interface AgreedFor {
  /** The provider's name in rows and documents. */
  readonly provider: string
  /** The model that answered, and the names its aliases stand for. */
  readonly models: readonly string[]
  readonly team?: string | undefined
  readonly atMs: number
}

export interface Agreed {
  readonly override?: PriceOverride
  /** Never beside an override, which is a price as agreed. */
  readonly discount?: PriceDiscount
}

const NOTHING: Agreed = {}

/**
 * The override that says most closely whose call it is: one for teams before one for all, a model's id before a beginning of
 * it, a longer beginning before a shorter, a named provider before all, then the one that began last. Without one, the discount by the same order.
 */
export function agreedFor({ overrides, discounts }: PriceSettings, call: AgreedFor): Agreed {
  const override = closest(overrides, call)
  if (override) return { override }
  const discount = closest(discounts, call)
  return discount ? { discount } : NOTHING
}

function closest<Terms extends PriceScope>(all: readonly Terms[], call: AgreedFor): Terms | undefined {
  let best: Terms | undefined
  for (const terms of all) if (covers(terms, call) && (!best || isCloser(terms, best))) best = terms
  return best
}

const DAY_MS = 86_400_000

function covers({ provider, model, teams, from, until }: PriceScope, call: AgreedFor): boolean {
  if (provider !== undefined && provider !== call.provider) return false
  if (teams && (call.team === undefined || !teams.includes(call.team))) return false
  if (model !== undefined && !call.models.some((name) => isNamed(model, name))) return false
  return Date.parse(from) <= call.atMs && (until === undefined || call.atMs < Date.parse(until) + DAY_MS)
}

function isNamed(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

function isCloser(a: PriceScope, b: PriceScope): boolean {
  const [left, right] = [rank(a), rank(b)]
  const differs = left.findIndex((value, index) => value !== right[index])
  return differs >= 0 && (left[differs] ?? 0) > (right[differs] ?? 0)
}

function rank({ provider, model, teams, from }: PriceScope): number[] {
  const exact = model !== undefined && !model.endsWith('*')
  return [teams ? 1 : 0, exact ? 1 : 0, model?.length ?? 0, provider === undefined ? 0 : 1, Date.parse(from)]
}

/** Entries are few and live as long as the isolate. */
const overridden = new WeakMap<PriceOverride, Map<string, PriceEntry>>()

/** The entry with the override's prices at every length of prompt; classes keep what the book lists for them. */
export function applyOverride(override: PriceOverride, found: FoundPrice | undefined): FoundPrice {
  const { from, model } = override
  const known = found?.entry.hash ?? ''
  const made = overridden.get(override) ?? new Map<string, PriceEntry>()
  overridden.set(override, made)
  const entry = made.get(known) ?? overriddenEntry(override, found?.entry ?? { model, prices: {}, hash: '' })
  made.set(known, entry)
  return { entry, rules: found?.rules ?? [], from: found && found.from > from ? found.from : from }
}

function overriddenEntry({ prices, hash }: PriceOverride, entry: PriceEntry): PriceEntry {
  return {
    ...entry,
    prices: { ...entry.prices, ...prices },
    ...(entry.above && {
      above: entry.above.map(({ tokens, prices: own }) => ({ tokens, prices: without(own, prices) })),
    }),
    hash: hashWith(entry.hash, hash),
  }
}

function without(prices: UnitPrices, stated: UnitPrices): UnitPrices {
  return Object.fromEntries(Object.entries(prices).filter(([unit]) => !Object.hasOwn(stated, unit)))
}

/** Names an entry together with what was agreed; either can be found by its part. */
export function hashWith(entry: string, agreed: string): string {
  return entry === '' ? agreed : `${entry}+${agreed}`
}
