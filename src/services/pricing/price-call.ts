/** Prices one call: a usage vector times the dated prices of the model that answered, in whole nano-dollars. */

import type { PriceDiscount, PriceSettings } from '../../config/price-settings.ts'
import type { NanoDollars } from '../../ground/money.ts'
import type { SearchContext } from '../../ground/price-book.ts'
import { assertNever, err, ok, type Result } from '../../ground/result.ts'
import { totalInput, USAGE_UNITS, type Usage, type UsageUnit } from '../../ground/usage.ts'
import type { ServiceClass } from '../../wires/wire.ts'
import { agreedFor, applyOverride, hashWith } from './agreed-price.ts'
import { RATES_PER_PICO, type Rates, ratesFor } from './class-prices.ts'
import { builtInPrices, type FoundPrice, type PriceFinder } from './find-price.ts'
import { standIn } from './stand-in.ts'

export interface CallToPrice {
  /** Row of the provider table (`openai`), not the name a document may have given it. */
  readonly provider: string
  /** The name a document gave it, by which prices are agreed; absent: the same. */
  readonly providerName?: string | undefined
  /** Whose call it is, where that is known. */
  readonly team?: string | undefined
  /** The model that answered. */
  readonly model: string
  readonly usage: Usage
  /** The class the provider says it served the call in; `standard` unless it said otherwise. */
  readonly serviceClass?: ServiceClass | undefined
  /** When the call was admitted. */
  readonly atMs: number
  /** Where the provider worked on the call, in its own word, if that is known. */
  readonly region?: string | undefined
  /** How much the provider says it searched, where its fee depends on that. */
  readonly searchContext?: SearchContext | undefined
}

/** Why a call has no price: the first thing in the way. */
export interface MissingPrice {
  readonly known: false
  /** One sentence for a person. */
  readonly reason: string
  /** What the book does not hold: the model at that time, the class, the unit's price in that class, or what the call lacks. */
  readonly missing: 'model' | 'class' | 'unit' | 'search-context' | 'count'
  readonly serviceClass: ServiceClass
  /** With `unit` and `count`. */
  readonly unit?: UsageUnit
}

export type PricedCall =
  | {
      readonly known: true
      readonly costNano: NanoDollars
      /** At the book's prices, where other ones were agreed and the book has any. */
      readonly listNano?: NanoDollars
      readonly priceHash: string
      readonly priceDate: string
    }
  | MissingPrice

/** By what calls are priced. */
export interface Prices {
  readonly book: PriceFinder
  /** What was agreed beyond the book. */
  readonly agreed?: PriceSettings | undefined
}

/**
 * The cost at the vendor's prices or those agreed, rounded once, half up. Unknown, with a reason, when the book has no entry for the model at
 * that time, no price for the class it was served in, or none for a unit that was used: never zero by default, and never the
 * price of another class.
 */
export function priceCall(call: CallToPrice, prices: Prices = { book: builtInPrices }): PricedCall {
  const serviceClass = call.serviceClass ?? 'standard'
  const { found, listed, discount } = findAgreed(call, prices)
  if (!found) return missing(call, { missing: 'model' })
  const rate = totalRate(call, found, serviceClass)
  if (!rate.ok) return missing(call, rate.error)
  const { entry, from } = found
  const listRate = listed ? totalRate(call, listed, serviceClass) : undefined
  const list = listRate?.ok ? { listNano: nanoOf(listRate.value, 0) } : {}
  if (!discount)
    return { known: true, costNano: nanoOf(rate.value, 0), ...list, priceHash: entry.hash, priceDate: from }
  return {
    known: true,
    costNano: nanoOf(rate.value, discount.basisPoints),
    ...list,
    priceHash: hashWith(entry.hash, discount.hash),
    priceDate: discount.from > from ? discount.from : from,
  }
}

function findAgreed(
  { provider, providerName = provider, model, team, atMs }: CallToPrice,
  { book, agreed }: Prices,
): {
  found: FoundPrice | undefined
  /** The book's own, where something else was agreed. */
  listed?: FoundPrice | undefined
  discount?: PriceDiscount | undefined
} {
  const found = book.find(provider, model, atMs)
  if (!agreed) return { found }
  const { override, discount } = agreedFor(agreed, {
    provider: providerName,
    models: book.namesOf(provider, model),
    team,
    atMs,
  })
  if (override) return { found: applyOverride(override, found), listed: found }
  return discount ? { found, listed: found, discount } : { found }
}

const RATES_PER_NANO = RATES_PER_PICO * 1000n
const WHOLE = 10_000

/** Less the discount, in hundredths of a percent; half a nano-dollar and more is rounded up. */
function nanoOf(rate: bigint, basisPoints: number): NanoDollars {
  const unit = RATES_PER_NANO * BigInt(WHOLE)
  return (rate * BigInt(WHOLE - basisPoints) + unit / 2n) / unit
}

type Gap = Pick<MissingPrice, 'missing' | 'unit'>

/** What the call cost, exactly, in ten-thousandths of a pico-dollar. */
function totalRate(call: CallToPrice, { entry, rules }: FoundPrice, serviceClass: ServiceClass): Result<bigint, Gap> {
  const promptTokens = totalInput(call.usage)
  const rates = ratesFor(entry, rules, { serviceClass, promptTokens, region: call.region })
  if (!rates.classKnown) return err({ missing: 'class' })
  let total = 0n
  for (const unit of USAGE_UNITS) {
    const count = call.usage[unit] ?? 0
    if (count === 0) continue
    if (!Number.isSafeInteger(count) || count < 0) return err({ missing: 'count', unit })
    const rate = rateOf(unit, rates)
    if (rate === undefined) return err({ missing: 'unit', unit })
    total += BigInt(count) * rate
  }
  const fees = entry.requestByContext
  if (fees && !call.searchContext) return err({ missing: 'search-context' })
  const fee = fees && call.searchContext ? fees[call.searchContext] : 0
  return ok(total + BigInt(fee) * RATES_PER_PICO + (rates.of('request') ?? 0n))
}

function rateOf(unit: UsageUnit, rates: Rates): bigint | undefined {
  const other = rates.isStated(unit) ? undefined : standIn(unit)
  return rates.of(unit) ?? (other && rates.of(other))
}

function missing(call: CallToPrice, gap: Gap): MissingPrice {
  const serviceClass = call.serviceClass ?? 'standard'
  const reason = reasonOf(gap, serviceClass, `${call.provider}/${call.model}`)
  return { known: false, reason, serviceClass, ...gap }
}

function reasonOf({ missing: what, unit }: Gap, serviceClass: ServiceClass, model: string): string {
  const inClass = serviceClass === 'standard' ? '' : ` in the ${serviceClass} class`
  switch (what) {
    case 'model':
      return `The price book has no price for ${model} at that time.`
    case 'class':
      return `The price book has no ${serviceClass} price for ${model}.`
    case 'unit':
      return `The price book has no price for ${unit} of ${model}${inClass} at this length of prompt.`
    case 'search-context':
      return `The price book has no price for ${model} unless it is known how much was searched, on which the fee of each call depends.`
    case 'count':
      return `The count of ${unit} is not a whole number, for ${model}.`
    default:
      return assertNever(what)
  }
}
