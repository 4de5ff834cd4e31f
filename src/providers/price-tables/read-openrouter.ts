/** Reads OpenRouter's list of models (`/api/v1/models`): dollars per token as decimal text. */

import { asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import { pico } from '../../ground/pico.ts'
import type { UnitPrices } from '../../ground/price-book.ts'
import { type Fact, NOT_A_MODEL, saysFree } from './fact.ts'

const KEYS = [
  ['input', 'prompt'],
  ['cacheRead', 'input_cache_read'],
  ['cacheWrite5m', 'input_cache_write'],
  ['output', 'completion'],
  ['reasoning', 'internal_reasoning'],
  ['audioIn', 'audio'],
  ['search', 'web_search'],
  ['request', 'request'],
] as const

/** Its models with a price, by id; those whose price depends on the route a call takes have none. */
export function readOpenRouter(list: readonly Json[]): Map<string, Fact> {
  const facts = new Map<string, Fact>()
  for (const model of list.map(asObject)) {
    const id = asString(model?.id)
    const pricing = asObject(model?.pricing)
    if (id === undefined || !pricing || NOT_A_MODEL.test(id)) continue
    const prices = readPrices(pricing)
    if (prices.input === undefined || (!prices.input && !prices.output && !saysFree(id))) continue
    facts.set(id, { prices, above: [] })
  }
  return facts
}

function readPrices(pricing: JsonObject): UnitPrices {
  const prices: UnitPrices = {}
  for (const [unit, key] of KEYS) {
    const text = asString(pricing[key])
    const price = text === undefined || text === '' ? undefined : pico(Number(text), 12)
    // Zero beside priced units means that there is no such fee.
    if (price !== undefined && (price > 0 || unit === 'input' || unit === 'output')) prices[unit] = price
  }
  if (prices.reasoning === prices.output) delete prices.reasoning
  return prices
}
