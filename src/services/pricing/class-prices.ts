/** Which of an entry's prices hold for a call: by service class, by the length of its prompt and by region. */

import type { ClassPrices, ClassRule, PricedUnit, PriceEntry, PriceTier, UnitPrices } from '../../ground/price-book.ts'
import type { ServiceClass } from '../../wires/wire.ts'

/** Rates are whole numbers of this part of a pico-dollar, so that a percentage of a percentage is exact. */
export const RATES_PER_PICO = 10_000n

/** What decides about an entry's prices beside the units used. */
export interface Circumstances {
  readonly serviceClass: ServiceClass
  /** Tokens of the whole prompt, cached ones included: a threshold is passed from one token above it. */
  readonly promptTokens: number
  readonly region?: string | undefined
}

/** The prices of one call. */
export interface Rates {
  /** In ten-thousandths of a pico-dollar; undefined where the book does not say. */
  of(unit: PricedUnit): bigint | undefined
  /** The standard class states a price of its own for the unit, so no other unit's price may stand in for it. */
  isStated(unit: PricedUnit): boolean
  /** The class has prices of its own, or a rule of the vendor's. Without either it has none at all. */
  readonly classKnown: boolean
}

const PERCENT = 100

/** These cost the same in every class and region: a search is not made sooner or elsewhere for another price. */
const PER_CALL: ReadonlySet<PricedUnit> = new Set(['search', 'request'])

/**
 * A class's own price stands before the vendor's rule for the class; the standard price is never borrowed. Once a prompt is
 * in a higher tier of the standard class, a class without that tier has no price of its own for it.
 */
export function ratesFor(entry: PriceEntry, rules: readonly ClassRule[], circumstances: Circumstances): Rates {
  const { serviceClass, promptTokens, region } = circumstances
  const standard = pricesAt(entry, promptTokens)
  const regional = (region === undefined ? undefined : entry.regions?.[region]) ?? PERCENT
  const isStated = (unit: PricedUnit): boolean => standard[unit] !== undefined
  if (serviceClass === 'standard')
    return { of: (unit) => scaled(unit, standard[unit], PERCENT, regional), isStated, classKnown: true }
  const listed = entry.classes?.[serviceClass]
  const own = listed && reaches(listed, entry, promptTokens) ? pricesAt(listed, promptTokens) : {}
  const classRules = rules.filter((each) => each.serviceClass === serviceClass && fits(each, entry.model))
  return {
    of(unit) {
      if (PER_CALL.has(unit)) return scaled(unit, standard[unit], PERCENT, regional)
      if (own[unit] !== undefined) return scaled(unit, own[unit], PERCENT, regional)
      const rule = classRules.find((each) => each.units.includes(unit))
      return rule && scaled(unit, standard[unit], rule.percent, regional)
    },
    isStated,
    classKnown: listed !== undefined || classRules.length > 0,
  }
}

function fits({ models }: ClassRule, model: string): boolean {
  return models === undefined || new RegExp(models).test(model)
}

function scaled(unit: PricedUnit, price: number | undefined, percent: number, regional: number): bigint | undefined {
  if (price === undefined) return undefined
  return BigInt(price) * BigInt(percent) * BigInt(PER_CALL.has(unit) ? PERCENT : regional)
}

function reaches(listed: ClassPrices, entry: PriceEntry, promptTokens: number): boolean {
  return tierAt(entry, promptTokens) === undefined || tierAt(listed, promptTokens) !== undefined
}

/** The base prices, or those of the highest tier the whole prompt is above. */
function pricesAt(facts: ClassPrices, promptTokens: number): UnitPrices {
  const tier = tierAt(facts, promptTokens)
  return tier ? { ...facts.prices, ...tier.prices } : facts.prices
}

function tierAt({ above }: ClassPrices, promptTokens: number): PriceTier | undefined {
  return above?.findLast((each) => promptTokens > each.tokens)
}
