/** Reads LiteLLM's table: one entry per model id, and per trade the prices that a call of that trade is billed by. */

import { asObject, type JsonObject } from '../../ground/json.ts'
import type { UnitPrices } from '../../ground/price-book.ts'
import { type Fact, HAS_HIDDEN_FEE, NOT_A_MODEL, OTHER_TRADE, saysFree } from './fact.ts'
import { feeByContext, modeOf, piecePrice, tokenFact } from './read-litellm-prices.ts'
import type { LitellmName, Vendor } from './vendor.ts'

/** The vendor's models with a price, by the id the vendor's API takes. */
export function readLitellm(table: JsonObject, vendor: Vendor): Map<string, Fact> {
  const facts = new Map<string, Fact>()
  for (const name of vendor.litellm ?? [])
    for (const [key, value] of Object.entries(table)) {
      const entry = asObject(value)
      if (!entry || entry.litellm_provider !== name.provider) continue
      const model = modelId(key, name)
      if (model === undefined || NOT_A_MODEL.test(model)) continue
      if (vendor.isModel && !vendor.isModel(model)) continue
      const fact = HAS_HIDDEN_FEE.test(model) ? withFee(entry, vendor) : readEntry(entry, model)
      if (fact) facts.set(model, fact)
    }
  return facts
}

/** A model of which each call costs a fee is known only with that fee; it then stands for the searches too. */
function withFee(entry: JsonObject, vendor: Vendor): Fact | undefined {
  const requestByContext = vendor.feeByContext ? feeByContext(entry) : undefined
  if (!requestByContext) return undefined
  const fact = tokenFact(entry)
  return { ...fact, prices: { ...fact.prices, search: 0 }, requestByContext }
}

/** Undefined for keys that are size classes ("together-ai-up-to-4b") rather than models. */
function modelId(key: string, { prefix }: LitellmName): string | undefined {
  if (key.startsWith(prefix)) return acceptable(key.slice(prefix.length), prefix)
  return key.includes('/') || /^(together|fireworks)-ai-/.test(key) ? undefined : key
}

/** Fireworks answers to full paths only; its short names are LiteLLM's own. */
function acceptable(model: string, prefix: string): string | undefined {
  return prefix !== 'fireworks_ai/' || model.startsWith('accounts/') ? model : undefined
}

function readEntry(entry: JsonObject, model: string): Fact | undefined {
  if (entry.input_cost_per_request !== undefined) return undefined
  switch (modeOf(entry)) {
    case 'chat':
    case 'completion':
    case 'responses':
      return textFact(entry, model)
    case 'realtime':
      return madeOf(tokenFact(entry), 'audioOut')
    case 'embedding':
      return inputFact(entry)
    case 'image_generation':
    case 'image_edit':
      return madeOf(tokenFact(entry), 'imageOut') ?? pieces('images', piecePrice(entry, 'output_cost_per_image'))
    case 'audio_transcription':
      return pieces('audioSeconds', piecePrice(entry, 'input_cost_per_second')) ?? madeOf(tokenFact(entry), 'audioIn')
    case 'audio_speech':
      return pieces('characters', piecePrice(entry, 'input_cost_per_character')) ?? madeOf(tokenFact(entry), 'audioOut')
    case 'rerank':
      return pieces('search', piecePrice(entry, 'input_cost_per_query')) ?? inputFact(entry)
    case 'moderation':
      return { prices: { input: 0, output: 0 }, above: [] }
    default:
      return undefined
  }
}

function textFact(entry: JsonObject, model: string): Fact | undefined {
  const fact = tokenFact(entry)
  const { input, output, imageOut, audioOut } = fact.prices
  if (OTHER_TRADE.test(model) && !imageOut && !audioOut) return undefined
  return input === undefined || (!input && !output && !saysFree(model)) ? undefined : fact
}

/** A vector for $10 a million tokens: the table has one model at $100, a thousand times what its siblings cost. */
const TOO_DEAR_FOR_A_VECTOR = 10_000_000

/** What is billed by its input alone: a text that becomes a vector or a score. */
function inputFact(entry: JsonObject): Fact | undefined {
  const fact = tokenFact(entry)
  const { output: _output, ...prices } = fact.prices
  return prices.input && prices.input < TOO_DEAR_FOR_A_VECTOR ? { ...fact, prices } : undefined
}

/** Token prices count only where they cover what the model makes. */
function madeOf(fact: Fact, unit: keyof UnitPrices): Fact | undefined {
  return fact.prices[unit] && fact.prices.input ? fact : undefined
}

function pieces(unit: keyof UnitPrices, price: number | undefined): Fact | undefined {
  return price === undefined ? undefined : { prices: { [unit]: price }, above: [] }
}
