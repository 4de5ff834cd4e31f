/** Reads a table in the form of models.dev: dollars per million tokens, models by provider. */

import { asNumber, asObject, type JsonObject } from '../../ground/json.ts'
import { pico } from '../../ground/pico.ts'
import type { UnitPrices } from '../../ground/price-book.ts'
import type { Fact } from './fact.ts'

/** Ours <- theirs, where the names differ; others are the same. */
const NAMES: Readonly<Record<string, string>> = {
  google: 'gemini',
  'google-vertex': 'vertex',
  'amazon-bedrock': 'bedrock',
  togetherai: 'together',
  'fireworks-ai': 'fireworks',
  moonshotai: 'moonshot',
  'cloudflare-workers-ai': 'workers-ai',
}

const KEYS = [
  ['input', 'input'],
  ['cacheRead', 'cache_read'],
  ['cacheWrite5m', 'cache_write'],
  ['output', 'output'],
  ['reasoning', 'reasoning'],
  ['audioIn', 'input_audio'],
  ['audioOut', 'output_audio'],
] as const

/** Models with a price, by our names of their providers. */
export function readModelsDev(table: JsonObject): Map<string, Map<string, Fact>> {
  const shelves = new Map<string, Map<string, Fact>>()
  for (const [id, value] of Object.entries(table)) {
    const models = asObject(asObject(value)?.models) ?? {}
    const facts = new Map<string, Fact>()
    for (const [model, entry] of Object.entries(models)) {
      const cost = asObject(asObject(entry)?.cost)
      const prices = cost && readPrices(cost)
      if (cost && prices?.input !== undefined) facts.set(model, { prices, above: readTiers(cost) })
    }
    shelves.set((Object.hasOwn(NAMES, id) ? NAMES[id] : undefined) ?? id, facts)
  }
  return shelves
}

function readPrices(cost: JsonObject): UnitPrices {
  const prices: UnitPrices = {}
  for (const [unit, key] of KEYS) {
    const dollars = asNumber(cost[key])
    const price = dollars === undefined ? undefined : pico(dollars, 6)
    if (price !== undefined) prices[unit] = price
  }
  if (prices.reasoning === prices.output) delete prices.reasoning
  return prices
}

/** `context_over_200k`: the prices of a call whose prompt is longer. */
function readTiers(cost: JsonObject): Fact['above'] {
  return Object.entries(cost)
    .flatMap(([key, value]) => {
      const thousands = /^context_over_(\d+)k$/.exec(key)?.[1]
      const tier = asObject(value)
      return thousands && tier ? [{ tokens: Number(thousands) * 1000, prices: readPrices(tier) }] : []
    })
    .sort((a, b) => a.tokens - b.tokens)
}
