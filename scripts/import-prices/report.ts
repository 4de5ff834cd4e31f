/** What an import took, and where the tables disagree, for a person to read and decide. */

import type { Checked, ProviderPrices, UnitPrices } from '../../src/ground/price-book.ts'
import type { Fact } from '../../src/providers/price-tables/fact.ts'

/** A model on which the two tables name different prices. */
export interface Disagreement {
  readonly model: string
  readonly taken: Fact
  readonly against: Fact
}

/** One line a vendor with counts, one more for each disagreement with both prices in dollars a million. */
export function describeImport({ provider, entries }: ProviderPrices, disagreements: readonly Disagreement[]): string {
  const count = (checked: Checked): number => entries.filter((entry) => entry.checked === checked).length
  const alone = entries.length - count('agree') - count('disagree')
  const summary = `${provider}: ${entries.length} entries; both tables agree on ${count('agree')}, disagree on ${count('disagree')}, one alone knows ${alone}`
  return [summary, ...disagreements.map(describe)].join('\n')
}

function describe({ model, taken, against }: Disagreement): string {
  const units = Object.keys(taken.prices).filter((unit): unit is keyof UnitPrices => unit in against.prices)
  const differing = units.filter((unit) => taken.prices[unit] !== against.prices[unit])
  const parts = differing.map(
    (unit) => `${unit} ${dollars(taken.prices[unit])} (other table: ${dollars(against.prices[unit])})`,
  )
  return `    ${model}: ${parts.join(', ')}`
}

function dollars(pico: number | undefined): string {
  return pico === undefined ? 'none' : `$${pico / 1_000_000} a million`
}
