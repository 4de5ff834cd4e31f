/**
 * Builds src/services/pricing/prices.json from two independent price tables, so that the price book can be made again.
 *
 * Rules. A model on which both tables agree for every unit both name is `agree`, and the two are joined: each may know units
 * or context tiers the other lacks. Where they differ it is `disagree` and the dearer table stands alone, so that spending is
 * never under-counted. A model only one table knows carries no mark. Prices hold from the day the tables were taken unless a
 * table names the day, past or coming. What the vendor documents for all its models is added last.
 *
 * Run: node scripts/import-prices.ts [folder of the corpus]; then `npm run format`.
 */

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { asArray, asObject, parseJson } from '../src/ground/json.ts'
import { canonicalPrice } from '../src/services/pricing/canonical-price.ts'
import type {
  Checked,
  PriceBook,
  PriceEntry,
  PriceTier,
  ProviderPrices,
  UnitPrices,
} from '../src/services/pricing/price-book.ts'
import type { Fact } from './import-prices/fact.ts'
import { readGenaiPrices } from './import-prices/read-genai-prices.ts'
import { readLitellm } from './import-prices/read-litellm.ts'
import { VENDORS, type Vendor } from './import-prices/vendors.ts'

/** The day the two tables were taken. */
const CHECKED_ON = '2026-08-06'
const ROOT = resolve(import.meta.dirname, '..')
const TARGET = `${ROOT}/src/services/pricing/prices.json`

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

interface Merged {
  readonly fact: Fact
  readonly checked?: Checked
}

/** LiteLLM knows a model's prices of the day; genai-prices may also know those to come. */
function merge(litellm: Fact | undefined, exact: readonly Fact[], byPrefix: readonly Fact[]): Merged[] {
  if (!litellm) return exact.map((fact) => ({ fact }))
  const [current, ...later] = exact.length > 0 ? exact : byPrefix
  if (!current) return [{ fact: litellm }]
  if (sameWhereBoth(litellm.prices, current.prices)) {
    const above = litellm.above.length > 0 ? litellm.above : current.above
    const joined = { ...current, prices: { ...current.prices, ...litellm.prices }, above }
    return [{ fact: joined, checked: 'agree' }, ...later.map((fact) => ({ fact }))]
  }
  return exact.length > 0 ? [{ fact: dearer(litellm, current), checked: 'disagree' }] : [{ fact: litellm }]
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

function entryOf(vendor: Vendor, model: string, { fact, checked }: Merged): PriceEntry {
  const above = fact.above.map((tier) => tierOf(vendor, tier, fact.prices))
  const own: Omit<PriceEntry, 'hash'> = {
    model,
    ...(fact.from === undefined ? {} : { from: fact.from }),
    ...(checked === undefined ? {} : { checked }),
    prices: { ...fact.prices, ...vendor.documented?.(fact.prices) },
    ...(above.length > 0 ? { above } : {}),
  }
  const { provider, source } = vendor
  return { ...own, hash: sha256(canonicalPrice({ ...own, from: own.from ?? CHECKED_ON, provider, source })) }
}

/** A longer context is never cheaper: a tier's price below the base price is a slip of the table and left out. */
function tierOf(vendor: Vendor, tier: PriceTier, base: UnitPrices): PriceTier {
  // A documented price per call, such as a search, does not rise with the context.
  const { search: _search, ...documented } = vendor.documented?.(tier.prices) ?? {}
  const prices = { ...tier.prices, ...documented }
  const floor = new Map(Object.entries(base))
  const units = Object.entries(prices).filter(([unit, price]) => price >= (floor.get(unit) ?? 0))
  return { tokens: tier.tokens, prices: Object.fromEntries(units) }
}

function importVendor(
  vendor: Vendor,
  litellmTable: Parameters<typeof readLitellm>[0],
  genaiTable: Parameters<typeof readGenaiPrices>[0],
): ProviderPrices {
  const litellm = readLitellm(litellmTable, vendor)
  const genai = readGenaiPrices(genaiTable, vendor, CHECKED_ON)
  const known = new Set([...litellm.keys(), ...genai.exact.keys()])
  // genai-prices also lists names with dashes for dots, which the vendors do not answer to.
  const dashed = new Set([...known].filter((model) => model.includes('.')).map((model) => model.replaceAll('.', '-')))
  const models = [...known].filter((model) => litellm.has(model) || !dashed.has(model)).sort(byCodeUnits)
  const entries = models.flatMap((model) =>
    merge(litellm.get(model), genai.exact.get(model) ?? [], genai.byPrefix(model) ?? []).map((merged) =>
      entryOf(vendor, model, merged),
    ),
  )
  const needed = entries.filter((entry) => !sameByAlias(vendor, entry, entries))
  return {
    provider: vendor.provider,
    source: vendor.source,
    ...(vendor.aliases ? { aliases: vendor.aliases } : {}),
    entries: needed,
  }
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1
}

/** True for a name that its alias would price alike, now and later. */
function sameByAlias(vendor: Vendor, entry: PriceEntry, entries: readonly PriceEntry[]): boolean {
  const historyOf = (model: string): string =>
    JSON.stringify(
      entries.filter((each) => each.model === model).map((each) => [each.from, each.checked, each.prices, each.above]),
    )
  const listed = (vendor.aliases ?? []).map((alias) => new RegExp(alias).exec(entry.model)?.[1] ?? '')
  const first = listed.map(historyOf).find((history) => history !== '[]')
  return first === historyOf(entry.model)
}

/** Models inside the worker use nothing that anybody bills. */
function embedded(): ProviderPrices {
  const edge: Vendor = { provider: 'edge', source: 'embedded' }
  const free: Fact = { prices: { input: 0, output: 0 }, above: [], from: '2020-01-01' }
  return { provider: 'edge', source: 'embedded', entries: [entryOf(edge, '*', { fact: free })] }
}

function main(): void {
  const corpus = resolve(ROOT, process.argv[2] ?? process.env.SLUICE_CORPUS ?? '../shared/corpus')
  const litellm = asObject(
    parseJson(readFileSync(`${corpus}/prices/litellm_model_prices_and_context_window.json`, 'utf8')),
  )
  const genai = asArray(parseJson(readFileSync(`${corpus}/prices/genai-prices.data.json`, 'utf8')))
  if (!litellm || genai.length === 0) throw new Error(`the price tables in ${corpus}/prices are not what they were`)
  const providers = [embedded(), ...VENDORS.map((vendor) => importVendor(vendor, litellm, genai))]
  const hashes = providers.flatMap(({ entries }) => entries.map((entry) => entry.hash))
  const book: PriceBook = { hash: sha256(hashes.join('\n')), checkedOn: CHECKED_ON, providers }
  writeFileSync(TARGET, `${JSON.stringify(book, null, 2)}\n`)
  for (const { provider, entries } of providers) {
    const count = (checked: Checked): number => entries.filter((entry) => entry.checked === checked).length
    console.log(`${provider}: ${entries.length} (agree ${count('agree')}, disagree ${count('disagree')})`)
  }
}

main()
