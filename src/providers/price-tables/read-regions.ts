/** Reads what LiteLLM's table says about regions: a factor beside a model, or the model once more under a region's name. */

import { asNumber, asObject, type JsonObject } from '../../ground/json.ts'
import type { UnitPrices } from '../../ground/price-book.ts'
import { tokenFact } from './read-litellm-prices.ts'
import type { Vendor } from './vendor.ts'

export type Regions = Readonly<Record<string, number>>

/** Percent of the standard token prices by model and region, where all units rise by the same whole percentage. */
export function readRegions(table: JsonObject, vendor: Vendor): ReadonlyMap<string, Regions> {
  const regions = new Map<string, Record<string, number>>()
  const add = (model: string, region: string, percent: number | undefined): void => {
    if (percent === undefined || percent === 100) return
    regions.set(model, { ...regions.get(model), [region]: percent })
  }
  for (const { provider, prefix } of vendor.litellm ?? [])
    for (const [key, value] of Object.entries(table)) {
      const entry = asObject(value)
      if (!entry || entry.litellm_provider !== provider || !key.startsWith(prefix)) continue
      const id = key.slice(prefix.length)
      for (const [region, percent] of stated(entry)) add(id, region, percent)
      const { region, model } = vendor.regional?.exec(id)?.groups ?? {}
      const base = model === undefined ? undefined : (asObject(table[prefix + model]) ?? asObject(table[model]))
      if (region !== undefined && model !== undefined && base) add(model, region, uplift(entry, base))
    }
  return regions
}

function stated(entry: JsonObject): [string, number | undefined][] {
  const own = asObject(entry.provider_specific_entry)
  return [
    ['us', percentOf(entry.regional_processing_uplift_multiplier_us) ?? percentOf(own?.us)],
    ['eu', percentOf(entry.regional_processing_uplift_multiplier_eu) ?? percentOf(own?.eu)],
  ]
}

function percentOf(factor: JsonObject[string] | undefined): number | undefined {
  const number = asNumber(factor)
  const percent = number === undefined ? undefined : Math.round(number * 100)
  return percent !== undefined && percent >= 100 ? percent : undefined
}

function uplift(regional: JsonObject, base: JsonObject): number | undefined {
  const [dear, plain] = [tokenFact(regional).prices, tokenFact(base).prices]
  const percents = new Set(tokenUnits(dear).map((unit) => percentBetween(dear[unit], plain[unit])))
  const [percent] = percents
  return percents.size === 1 ? percent : undefined
}

function tokenUnits(prices: UnitPrices): (keyof UnitPrices)[] {
  return Object.keys(prices).filter((unit): unit is keyof UnitPrices => unit !== 'search')
}

function percentBetween(dear: number | undefined, plain: number | undefined): number | undefined {
  if (!dear || !plain) return undefined
  const percent = Math.round((100 * dear) / plain)
  return percent * plain === 100 * dear ? percent : undefined
}
