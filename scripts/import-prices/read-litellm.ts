/** Reads LiteLLM's table: dollars per token, one entry per model id, tiers as suffixed keys. */

import { asNumber, asObject, asString, type JsonObject } from '../../src/ground/json.ts'
import type { PriceTier, UnitPrices } from '../../src/services/pricing/price-book.ts'
import { type Fact, HAS_HIDDEN_FEE, NOT_A_MODEL, OTHER_TRADE, saysFree } from './fact.ts'
import { pico } from './pico.ts'
import type { Vendor } from './vendors.ts'

const MODES = new Set(['chat', 'completion', 'responses', 'embedding'])

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

/** The vendor's models with a price per token, by the id the vendor's API takes. */
export function readLitellm(table: JsonObject, vendor: Vendor): Map<string, Fact> {
  const facts = new Map<string, Fact>()
  if (!vendor.litellm) return facts
  for (const [key, value] of Object.entries(table)) {
    const entry = asObject(value)
    if (!entry || entry.litellm_provider !== vendor.litellm.provider) continue
    const model = modelId(key, vendor.litellm.prefix)
    const fact = model === undefined ? undefined : readEntry(entry, model)
    if (model !== undefined && fact) facts.set(model, fact)
  }
  return facts
}

/** Undefined for keys that are size classes ("together-ai-up-to-4b") rather than models. */
function modelId(key: string, prefix: string): string | undefined {
  if (key.startsWith(prefix)) return acceptable(key.slice(prefix.length), prefix)
  return key.includes('/') || /^(together|fireworks)-ai-/.test(key) ? undefined : key
}

/** Fireworks answers to full paths only; its short names are LiteLLM's own. */
function acceptable(model: string, prefix: string): string | undefined {
  return prefix !== 'fireworks_ai/' || model.startsWith('accounts/') ? model : undefined
}

function readEntry(entry: JsonObject, model: string): Fact | undefined {
  if (!MODES.has(asString(entry.mode) ?? '') || OTHER_TRADE.test(model)) return undefined
  if (HAS_HIDDEN_FEE.test(model) || NOT_A_MODEL.test(model)) return undefined
  if (entry.input_cost_per_request !== undefined) return undefined
  const prices = readPrices(entry, '')
  if (entry.mode === 'embedding') delete prices.output
  const free = !prices.input && !prices.output
  if (prices.input === undefined || (free && !saysFree(model))) return undefined
  const search = searchPrice(entry)
  return { prices: search === undefined ? prices : { ...prices, search }, above: readTiers(entry) }
}

function readPrices(entry: JsonObject, suffix: string): UnitPrices {
  const prices: UnitPrices = {}
  for (const [unit, keys] of KEYS) {
    const value = keys.map((key) => asNumber(entry[key + suffix])).find((price) => price !== undefined)
    const price = value === undefined ? undefined : pico(value, 12)
    // Zero for a unit beside priced ones means "not filled in", except for the two that every table fills in.
    if (price !== undefined && (price > 0 || unit === 'input' || unit === 'output')) prices[unit] = price
  }
  return prices
}

function readTiers(entry: JsonObject): PriceTier[] {
  const thresholds = new Set(Object.keys(entry).flatMap((key) => /_above_(\d+)k_tokens$/.exec(key)?.[1] ?? []))
  return [...thresholds]
    .map((thousands) => ({
      tokens: Number(thousands) * 1000,
      prices: readPrices(entry, `_above_${thousands}k_tokens`),
    }))
    .sort((a, b) => a.tokens - b.tokens)
}

/** A price per search, if it does not depend on a depth that usage does not state. */
function searchPrice(entry: JsonObject): number | undefined {
  const depths = new Set(Object.values(asObject(entry.search_context_cost_per_query) ?? {}))
  const [only] = depths
  return depths.size === 1 && typeof only === 'number' ? pico(only, 12) : undefined
}
