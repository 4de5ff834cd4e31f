/**
 * Builds src/services/pricing/prices.json from two independent price tables, so that the price book can be made again.
 *
 * Rules. A model on which both tables agree for every unit both name is `agree`, and the two are joined: each may know units
 * or context tiers the other lacks. Where they differ it is `disagree` and the dearer table stands alone, so that spending is
 * never under-counted. A model only one table knows carries no mark. Prices hold from the day the tables were taken unless a
 * table names the day, past or coming. What the vendor documents for all its models is added last. Only LiteLLM knows prices
 * of service classes (batch, flex, priority) and regions; they stand with its own prices or with those both agree on. What a
 * vendor states about a class for all its models stands beside the entries as a rule.
 *
 * Run: node scripts/import-prices.ts [folder of the corpus]; then `npm run format`. Prints what it took, and every
 * disagreement of the tables.
 */

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { canonicalPrice } from '../src/ground/canonical-price.ts'
import { asArray, asObject, parseJson } from '../src/ground/json.ts'
import type {
  PriceBook,
  PriceEntry,
  PriceTable,
  PriceTier,
  ProviderPrices,
  UnitPrices,
} from '../src/ground/price-book.ts'
import type { Fact } from '../src/providers/price-tables/fact.ts'
import { type GenaiPrices, readGenaiPrices } from '../src/providers/price-tables/read-genai-prices.ts'
import { readLitellm } from '../src/providers/price-tables/read-litellm.ts'
import { type Regions, readRegions } from '../src/providers/price-tables/read-regions.ts'
import type { Vendor } from '../src/providers/price-tables/vendor.ts'
import { VENDORS } from '../src/providers/price-tables/vendors.ts'
import { type Merged, merge } from './import-prices/merge.ts'
import { type Disagreement, describeImport } from './import-prices/report.ts'

/** The day the two tables were taken. */
const CHECKED_ON = '2026-08-06'
const LITELLM: PriceTable = {
  name: 'litellm',
  source: 'https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json',
  licence: 'MIT',
  checkedOn: CHECKED_ON,
}
const GENAI_PRICES: PriceTable = {
  name: 'genai-prices',
  source: 'https://github.com/pydantic/genai-prices',
  licence: 'MIT',
  checkedOn: CHECKED_ON,
}
const ROOT = resolve(import.meta.dirname, '..')
const TARGET = `${ROOT}/src/services/pricing/prices.json`

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function entryOf(vendor: Vendor, model: string, { fact, checked }: Merged, regions?: Regions): PriceEntry {
  const documented = vendor.documented?.(fact.prices, model)
  const prices = { ...fact.prices, ...documented }
  const above = fact.above.map((tier) => tierOf({ vendor, model, tier, base: fact.prices }))
  const { classes, requestByContext } = fact
  const own: Omit<PriceEntry, 'hash'> = {
    model,
    ...(fact.from === undefined ? {} : { from: fact.from }),
    ...(checked === undefined ? {} : { checked }),
    prices,
    ...(above.length > 0 ? { above } : {}),
    ...(classes ? { classes } : {}),
    ...(requestByContext ? { requestByContext } : {}),
    ...(regions ? { regions } : {}),
  }
  const { provider, source, rules } = vendor
  const canonical = { ...own, from: own.from ?? CHECKED_ON, provider, source, ...(rules ? { rules } : {}) }
  return { ...own, hash: sha256(canonicalPrice(canonical)) }
}

interface TierOf {
  readonly vendor: Vendor
  readonly model: string
  readonly tier: PriceTier
  readonly base: UnitPrices
}

/** A longer context is never cheaper: a tier's price below the base price is a slip of the table and left out. */
function tierOf({ vendor, model, tier, base }: TierOf): PriceTier {
  // A documented price per call, such as a search, does not rise with the context.
  const { search: _search, ...documented } = vendor.documented?.(tier.prices, model) ?? {}
  const prices = { ...tier.prices, ...documented }
  const floor = new Map(Object.entries(base))
  const units = Object.entries(prices).filter(([unit, price]) => price >= (floor.get(unit) ?? 0))
  return { tokens: tier.tokens, prices: Object.fromEntries(units) }
}

function importVendor(
  vendor: Vendor,
  litellmTable: Parameters<typeof readLitellm>[0],
  genaiTable: Parameters<typeof readGenaiPrices>[0],
): Imported {
  const listed = readLitellm(litellmTable, vendor)
  const litellm = vendor.complete?.(listed) ?? listed
  const genai = readGenaiPrices(genaiTable, vendor, CHECKED_ON)
  const known = new Set([...litellm.keys(), ...genai.exact.keys()])
  // genai-prices also lists names with dashes for dots, which the vendors do not answer to.
  const dashed = new Set([...known].filter((model) => model.includes('.')).map((model) => model.replaceAll('.', '-')))
  const models = [...known].filter((model) => litellm.has(model) || !dashed.has(model)).sort(byCodeUnits)
  const regions = readRegions(litellmTable, vendor)
  const merged = models.flatMap((model) =>
    mergeModel(vendor, model, { litellm, genai }).map((each) => ({ model, each })),
  )
  const entries = merged.map(({ model, each }) => entryOf(vendor, model, each, regions.get(model)))
  const needed = entries.filter((entry) => !sameByAlias(vendor, entry, entries))
  const { provider, source, alsoFor, rules, aliases } = vendor
  const tables = [...(litellm.size > 0 ? [LITELLM.name] : []), ...(genai.exact.size > 0 ? [GENAI_PRICES.name] : [])]
  return {
    prices: {
      provider,
      ...(alsoFor ? { alsoFor } : {}),
      source,
      tables,
      ...(rules ? { rules } : {}),
      ...(aliases ? { aliases } : {}),
      entries: needed,
    },
    disagreements: merged.flatMap(({ model, each }) =>
      each.against ? [{ model, taken: each.fact, against: each.against }] : [],
    ),
  }
}

interface Imported {
  readonly prices: ProviderPrices
  readonly disagreements: readonly Disagreement[]
}

interface Tables {
  readonly litellm: ReadonlyMap<string, Fact>
  readonly genai: GenaiPrices
}

function mergeModel(vendor: Vendor, model: string, { litellm, genai }: Tables): Merged[] {
  const byRule = genai.byPrefix(model) ?? []
  return merge(litellm.get(model), genai.exact.get(model) ?? (vendor.genaiRulesBind ? byRule : []), byRule)
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1
}

/** True for a name that its alias would price alike, now and later. */
function sameByAlias(vendor: Vendor, entry: PriceEntry, entries: readonly PriceEntry[]): boolean {
  const historyOf = (model: string): string =>
    JSON.stringify(
      entries
        .filter((each) => each.model === model)
        .map((each) => [
          each.from,
          each.checked,
          each.prices,
          each.above,
          each.classes,
          each.requestByContext,
          each.regions,
        ]),
    )
  const listed = (vendor.aliases ?? []).flatMap((alias) => new RegExp(alias).exec(entry.model)?.[1] ?? [])
  const first = listed
    .filter((model) => model !== entry.model)
    .map(historyOf)
    .find((history) => history !== '[]')
  return first === historyOf(entry.model)
}

/** Models inside the worker use nothing that anybody bills. */
function embedded(): ProviderPrices {
  const edge: Vendor = { provider: 'edge', source: 'embedded' }
  const free: Fact = { prices: { input: 0, output: 0 }, above: [], from: '2020-01-01' }
  return { provider: 'edge', source: 'embedded', tables: [], entries: [entryOf(edge, '*', { fact: free })] }
}

function main(): void {
  const corpus = resolve(ROOT, process.argv[2] ?? process.env.SLUICE_CORPUS ?? '../shared/corpus')
  const litellm = asObject(
    parseJson(readFileSync(`${corpus}/prices/litellm_model_prices_and_context_window.json`, 'utf8')),
  )
  const genai = asArray(parseJson(readFileSync(`${corpus}/prices/genai-prices.data.json`, 'utf8')))
  if (!litellm || genai.length === 0) throw new Error(`the price tables in ${corpus}/prices are not what they were`)
  const before = minifiedBytes(readFileSync(TARGET, 'utf8'))
  const imported = VENDORS.map((vendor) => importVendor(vendor, litellm, genai))
  const providers = [embedded(), ...imported.map(({ prices }) => prices)]
  const hashes = providers.flatMap(({ entries }) => entries.map((entry) => entry.hash))
  const book: PriceBook = {
    hash: sha256(hashes.join('\n')),
    checkedOn: CHECKED_ON,
    tables: [LITELLM, GENAI_PRICES],
    providers,
  }
  const text = `${JSON.stringify(book, null, 2)}\n`
  writeFileSync(TARGET, text)
  for (const { prices, disagreements } of imported) console.log(describeImport(prices, disagreements))
  const total = providers.reduce((sum, { entries }) => sum + entries.length, 0)
  console.log(`${total} entries, ${minifiedBytes(text)} bytes minified (before: ${before})`)
}

/** What the book weighs in the worker's bundle. */
function minifiedBytes(json: string): number {
  return Buffer.byteLength(JSON.stringify(parseJson(json)))
}

main()
