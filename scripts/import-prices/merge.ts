/** Two tables' words on one model -> what the book says. */

import type { Checked, UnitPrices } from '../../src/ground/price-book.ts'
import type { Fact } from '../../src/providers/price-tables/fact.ts'

export interface Merged {
  readonly fact: Fact
  readonly checked?: Checked
  /** With `disagree`: what the other table says. */
  readonly against?: Fact
}

/**
 * Where the tables agree on every unit both name they are joined; where not, the dearer stands alone. LiteLLM knows a model's
 * prices of the day; genai-prices may also know those to come. What it says by prefix only confirms.
 */
export function merge(litellm: Fact | undefined, exact: readonly Fact[], byPrefix: readonly Fact[]): Merged[] {
  if (!litellm) return exact.map((fact) => ({ fact }))
  const [current, ...later] = exact.length > 0 ? exact : byPrefix
  if (!current) return [{ fact: litellm }]
  if (sameWhereBoth(litellm.prices, current.prices)) {
    const above = litellm.above.length > 0 ? litellm.above : current.above
    const joined = { ...current, ...litellm, prices: { ...current.prices, ...litellm.prices }, above }
    return [{ fact: joined, checked: 'agree' }, ...later.map((fact) => ({ fact }))]
  }
  if (exact.length === 0) return [{ fact: litellm }]
  const fact = dearer(litellm, current)
  return [{ fact, checked: 'disagree', against: fact === litellm ? current : litellm }]
}

function dearer(a: Fact, b: Fact): Fact {
  const shared = sharedUnits(a.prices, b.prices)
  const total = (fact: Fact): number => shared.reduce((sum, unit) => sum + (fact.prices[unit] ?? 0), 0)
  return total(a) >= total(b) ? a : b
}

function sharedUnits(a: UnitPrices, b: UnitPrices): (keyof UnitPrices)[] {
  return Object.keys(a).filter((unit): unit is keyof UnitPrices => unit in b)
}

function sameWhereBoth(a: UnitPrices, b: UnitPrices): boolean {
  return sharedUnits(a, b).every((unit) => a[unit] === b[unit])
}
