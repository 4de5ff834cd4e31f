/** Reads the prices of one entry of LiteLLM's table: dollars per unit, tiers and service classes as suffixed keys. */

import { asArray, asNumber, asObject, asString, type JsonObject } from '../../ground/json.ts'
import { pico } from '../../ground/pico.ts'
import type { ClassPrices, PricedClass, PriceTier, SearchContext, UnitPrices } from '../../ground/price-book.ts'
import type { Fact } from './fact.ts'

/** Ours <- theirs; the first key present wins. */
const KEYS = [
  ['input', ['input_cost_per_token']],
  ['cacheRead', ['cache_read_input_token_cost', 'input_cost_per_token_cache_hit']],
  ['cacheWrite5m', ['cache_creation_input_token_cost']],
  ['cacheWrite1h', ['cache_creation_input_token_cost_above_1hr']],
  ['output', ['output_cost_per_token']],
  ['reasoning', ['output_cost_per_reasoning_token']],
  ['audioIn', ['input_cost_per_audio_token']],
  ['audioOut', ['output_cost_per_audio_token']],
  ['imageIn', ['input_cost_per_image_token']],
  ['imageOut', ['output_cost_per_image_token']],
] as const

const CLASS_SUFFIXES = [
  ['batch', '_batches'],
  ['flex', '_flex'],
  ['priority', '_priority'],
] as const

/** Prices per token, in all tiers and classes, and the price of a search. */
export function tokenFact(entry: JsonObject): Fact {
  const slices = asArray(entry.tiered_pricing).map(asObject)
  const base = slices[0] ?? entry
  const search = searchPrice(entry)
  const classes = readClasses(entry)
  return {
    prices: { ...readPrices(base, ''), ...(search !== undefined && { search }) },
    above: slices.length > 0 ? slicedTiers(slices) : readTiers(entry, ''),
    ...(Object.keys(classes).length > 0 && { classes }),
  }
}

/** The price of a thing billed by the piece, in pico-dollars; undefined where the table has none or says zero. */
export function piecePrice(entry: JsonObject, key: string): number | undefined {
  const dollars = asNumber(entry[key])
  return dollars === undefined || dollars === 0 ? undefined : pico(dollars, 12)
}

function readPrices(entry: JsonObject, suffix: string): UnitPrices {
  const prices: UnitPrices = {}
  for (const [unit, keys] of KEYS) {
    const value = keys.map((key) => asNumber(entry[key + suffix])).find((price) => price !== undefined)
    const price = value === undefined ? undefined : pico(value, 12)
    // Zero for a unit beside priced ones means "not filled in", except for the two that every table fills in.
    if (price !== undefined && (price > 0 || unit === 'input' || unit === 'output')) prices[unit] = price
  }
  // Reasoning costs what output costs unless said otherwise, also in the tiers and classes that do not repeat it.
  if (prices.reasoning === prices.output) delete prices.reasoning
  return prices
}

function readTiers(entry: JsonObject, suffix: string): PriceTier[] {
  const named = new RegExp(`_above_(\\d+)k_tokens${suffix}$`)
  const thresholds = new Set(Object.keys(entry).flatMap((key) => named.exec(key)?.[1] ?? []))
  return [...thresholds]
    .map((thousands) => ({
      tokens: Number(thousands) * 1000,
      prices: readPrices(entry, `_above_${thousands}k_tokens${suffix}`),
    }))
    .sort((a, b) => a.tokens - b.tokens)
}

/** Alibaba's slices: each has a `range` of prompt lengths, the first from zero. */
function slicedTiers(slices: readonly (JsonObject | undefined)[]): PriceTier[] {
  return slices.slice(1).flatMap((slice) => {
    const tokens = asNumber(asArray(slice?.range)[0])
    return slice && tokens !== undefined ? [{ tokens, prices: readPrices(slice, '') }] : []
  })
}

function readClasses(entry: JsonObject): Partial<Record<PricedClass, ClassPrices>> {
  const classes: Partial<Record<PricedClass, ClassPrices>> = {}
  for (const [name, suffix] of CLASS_SUFFIXES) {
    const prices = readPrices(entry, suffix)
    if (!prices.input) continue
    const above = readTiers(entry, suffix)
    classes[name] = { prices, ...(above.length > 0 && { above }) }
  }
  return classes
}

/** Where the price depends on the depth of the search, which no usage states, it is that of `medium`, the documented default. */
function searchPrice(entry: JsonObject): number | undefined {
  const byDepth = asObject(entry.search_context_cost_per_query) ?? {}
  const medium = asNumber(byDepth.search_context_size_medium) ?? asNumber(Object.values(byDepth)[0])
  return medium === undefined || medium === 0 ? undefined : pico(medium, 12)
}

/** The fee of each call by how much it searched; undefined unless all three are stated and nothing else is billed beside them. */
export function feeByContext(entry: JsonObject): Readonly<Record<SearchContext, number>> | undefined {
  if (entry.citation_cost_per_token !== undefined) return undefined
  const stated = asObject(entry.search_context_cost_per_query) ?? {}
  const [low, medium, high] = ['low', 'medium', 'high'].map((context) =>
    piecePrice(stated, `search_context_size_${context}`),
  )
  return low === undefined || medium === undefined || high === undefined ? undefined : { low, medium, high }
}

/** The entry's trade in one word. */
export function modeOf(entry: JsonObject): string {
  return asString(entry.mode) ?? ''
}
