/** Prices one call: a usage vector times the dated prices of the model that answered, in whole nano-dollars. */

import { type NanoDollars, picoToNano } from '../../ground/money.ts'
import { assertNever, err, ok, type Result } from '../../ground/result.ts'
import { totalInput, USAGE_UNITS, type Usage, type UsageUnit } from '../../ground/usage.ts'
import { findPrice } from './find-price.ts'
import type { PriceEntry, UnitPrices } from './price-book.ts'

export interface CallToPrice {
  /** Row of the provider table (`openai`), not the name a document may have given it. */
  readonly provider: string
  /** The model that answered. */
  readonly model: string
  readonly usage: Usage
  /** When the call was admitted. */
  readonly atMs: number
}

export type PricedCall =
  | { readonly known: true; readonly costNano: NanoDollars; readonly priceHash: string; readonly priceDate: string }
  | { readonly known: false; readonly reason: string }

/**
 * The cost at the vendor's standard prices, rounded once, half up. Unknown, with a reason, when the book has no entry for the
 * model at that time or no price for a unit that was used: never zero by default. Not covered: discounts for batch or flex
 * service, surcharges for priority or a region.
 */
export function priceCall(call: CallToPrice): PricedCall {
  const found = findPrice(call.provider, call.model, call.atMs)
  if (!found)
    return { known: false, reason: `The price book has no price for ${call.provider}/${call.model} at that time.` }
  const pico = picoOf(call.usage, pricesFor(found.entry, call.usage))
  if (!pico.ok) return { known: false, reason: `${pico.error} for ${call.provider}/${call.model}.` }
  return { known: true, costNano: picoToNano(pico.value), priceHash: found.entry.hash, priceDate: found.from }
}

/** The base prices, or those of the highest tier the whole prompt is above. */
function pricesFor(entry: PriceEntry, usage: Usage): UnitPrices {
  const prompt = totalInput(usage)
  const tier = entry.above?.findLast((each) => prompt > each.tokens)
  return tier ? { ...entry.prices, ...tier.prices } : entry.prices
}

function picoOf(usage: Usage, prices: UnitPrices): Result<bigint, string> {
  let pico = 0n
  for (const unit of USAGE_UNITS) {
    const count = usage[unit] ?? 0
    if (count === 0) continue
    if (!Number.isSafeInteger(count) || count < 0) return err(`The count of ${unit} is not a whole number`)
    const price = prices[unit] ?? standIn(unit, prices)
    if (price === undefined) return err(`The price book has no price for ${unit}`)
    pico += BigInt(count) * BigInt(price)
  }
  return ok(pico)
}

/** What a unit costs when the vendor states no price of its own for it; undefined where only a guess could say. */
function standIn(unit: UsageUnit, prices: UnitPrices): number | undefined {
  switch (unit) {
    case 'reasoning': // billed as completion tokens by every vendor that reports it
      return prices.output
    case 'cacheRead': // a vendor without a cache discount bills a cached token as any other; never too low
    case 'imageIn': // images are billed by their tokens unless a price of their own is listed
      return prices.input
    case 'imageOut':
    case 'input':
    case 'output':
    case 'cacheWrite5m': // dearer than input at most vendors
    case 'cacheWrite1h':
    case 'audioIn':
    case 'audioOut':
    case 'search':
      return undefined
    default:
      return assertNever(unit)
  }
}
