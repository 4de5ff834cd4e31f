/** Reads the genai-prices table: dollars per million tokens, one entry per model with a list of the ids it answers to. */

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import { pico } from '../../ground/pico.ts'
import type { PriceTier, UnitPrices } from '../../ground/price-book.ts'
import { type Fact, HAS_HIDDEN_FEE, NOT_A_MODEL, OTHER_TRADE, saysFree } from './fact.ts'
import { exactIds, matches } from './genai-match.ts'
import type { Vendor } from './vendor.ts'

const KEYS = [
  ['input', 'input_mtok'],
  ['cacheRead', 'cache_read_mtok'],
  ['cacheWrite5m', 'cache_write_mtok'],
  ['output', 'output_mtok'],
  ['audioIn', 'input_audio_mtok'],
  ['audioOut', 'output_audio_mtok'],
] as const

/** The table's word on one vendor. A model's facts stand in order of time: the one in force on the given day, then later ones. */
export interface GenaiPrices {
  readonly exact: ReadonlyMap<string, readonly Fact[]>
  /** What the table says by prefix: it may be of another generation, so it can confirm a price but not contradict one. */
  byPrefix(model: string): readonly Fact[] | undefined
}

export function readGenaiPrices(table: readonly Json[], vendor: Vendor, onDay: string): GenaiPrices {
  // The vendor's own models first: what is said of others only fills gaps.
  const models = [vendor.genaiPrices, vendor.genaiFallback].flatMap((id) => modelsOf(table, id))
  const exact = new Map<string, readonly Fact[]>()
  for (const model of models) {
    const own = asString(model.id)
    const ids = [
      ...exactIds(asObject(model.match)),
      ...(own !== undefined && matches(asObject(model.match), own) ? [own] : []),
    ]
    for (const id of ids.filter((each) => isWanted(each) && (vendor.isModel?.(each) ?? true))) {
      const facts = readModel(model.prices, id, onDay)
      if (facts.length > 0 && !exact.has(id)) exact.set(id, facts)
    }
  }
  const byPrefix = (id: string): readonly Fact[] | undefined => {
    const model = models.find((each) => matches(asObject(each.match), id))
    return model && readModel(model.prices, id, onDay)
  }
  return { exact, byPrefix }
}

function modelsOf(table: readonly Json[], id: string | undefined): JsonObject[] {
  const provider = table.map(asObject).find((each) => id !== undefined && each?.id === id)
  return asArray(provider?.models)
    .map(asObject)
    .filter((model) => model !== undefined)
}

function isWanted(model: string): boolean {
  return !HAS_HIDDEN_FEE.test(model) && !OTHER_TRADE.test(model) && !NOT_A_MODEL.test(model)
}

function readModel(value: Json | undefined, id: string, onDay: string): Fact[] {
  const dated = Array.isArray(value) ? value.map(asObject) : [{ prices: value }]
  // Prices by hour of the day cannot be told from a day's entry.
  if (dated.some((each) => asObject(each?.constraint)?.start_time !== undefined)) return []
  const facts = dated.map((each) =>
    readFact(asObject(each?.prices), asString(asObject(each?.constraint)?.start_date), id),
  )
  const known = facts.filter((fact) => fact !== undefined)
  const current = known.findLastIndex((fact) => (fact.from ?? '') <= onDay)
  return known.slice(Math.max(current, 0))
}

function readFact(entry: JsonObject | undefined, from: string | undefined, id: string): Fact | undefined {
  if (!entry || entry.requests_kcount !== undefined) return undefined
  if (Object.keys(entry).length === 0) return saysFree(id) ? { prices: { input: 0, output: 0 }, above: [] } : undefined
  const prices = readPrices(entry, (price) => asNumber(price) ?? asNumber(asObject(price)?.base))
  if (prices.input === undefined) return undefined
  return { prices, above: readTiers(entry), ...(from === undefined ? {} : { from }) }
}

function readPrices(entry: JsonObject, dollarsOf: (price: Json | undefined) => number | undefined): UnitPrices {
  const prices: UnitPrices = {}
  for (const [unit, key] of KEYS) {
    const dollars = dollarsOf(entry[key])
    const price = dollars === undefined ? undefined : pico(dollars, 6)
    if (price !== undefined) prices[unit] = price
  }
  return prices
}

function readTiers(entry: JsonObject): PriceTier[] {
  const tiersOf = (price: Json | undefined): (JsonObject | undefined)[] => asArray(asObject(price)?.tiers).map(asObject)
  const starts = new Set(
    Object.values(entry).flatMap((price) => tiersOf(price).flatMap((tier) => asNumber(tier?.start) ?? [])),
  )
  return [...starts]
    .sort((a, b) => a - b)
    .map((tokens) => ({
      tokens,
      prices: readPrices(entry, (price) => asNumber(tiersOf(price).find((tier) => tier?.start === tokens)?.price)),
    }))
}
