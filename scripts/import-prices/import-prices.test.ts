/** What the importer makes of tables of our own: agreement, regions, fees, classes and tiers. */

import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/ground/json.ts'
import type { Fact } from '../../src/providers/price-tables/fact.ts'
import { readGenaiPrices } from '../../src/providers/price-tables/read-genai-prices.ts'
import { readLitellm } from '../../src/providers/price-tables/read-litellm.ts'
import { readRegions } from '../../src/providers/price-tables/read-regions.ts'
import type { Vendor } from '../../src/providers/price-tables/vendor.ts'
import { merge } from './merge.ts'
import { describeImport } from './report.ts'

const ACME: Vendor = {
  provider: 'acme',
  source: 'https://example.com/prices',
  litellm: [{ provider: 'acme', prefix: 'acme/' }],
  genaiPrices: 'acme',
}

function listed(entry: JsonObject, vendor: Vendor = ACME, name = 'm'): Fact | undefined {
  const table = { [`acme/${name}`]: { litellm_provider: 'acme', mode: 'chat', ...entry } }
  return readLitellm(table, vendor).get(name)
}

describe('merge', () => {
  const fact = (input: number, output?: number): Fact => ({ prices: { input, ...(output && { output }) }, above: [] })

  it('joins tables that agree on what both name', () => {
    const litellm: Fact = { ...fact(5), classes: { flex: { prices: { input: 2 } } } }
    expect(merge(litellm, [fact(5, 9)], [])).toEqual([
      { fact: { prices: { input: 5, output: 9 }, above: [], classes: litellm.classes }, checked: 'agree' },
    ])
  })

  it('takes the dearer table where they differ, and keeps the other for the report', () => {
    const [merged] = merge(fact(5, 9), [fact(6, 9)], [])
    expect(merged).toEqual({ fact: fact(6, 9), checked: 'disagree', against: fact(5, 9) })
    const prices = { provider: 'acme', source: '', tables: [], entries: [] }
    const taken = { model: 'm', taken: fact(6_000_000, 9), against: fact(5_000_000, 9) }
    expect(describeImport(prices, [taken])).toContain('m: input $6 a million (other table: $5 a million)')
  })

  it('lets a table that speaks by prefix confirm and not contradict', () => {
    expect(merge(fact(5), [], [fact(6)])).toEqual([{ fact: fact(5) }])
    expect(merge(fact(5), [], [fact(5)])).toMatchObject([{ checked: 'agree' }])
  })
})

describe('readLitellm', () => {
  it('reads classes and tiers beside the standard price', () => {
    const fact = listed({
      input_cost_per_token: 2e-6,
      output_cost_per_token: 8e-6,
      input_cost_per_token_above_200k_tokens: 4e-6,
      input_cost_per_token_flex: 1e-6,
      output_cost_per_token_flex: 4e-6,
    })
    expect(fact?.prices).toEqual({ input: 2_000_000, output: 8_000_000 })
    expect(fact?.above).toEqual([{ tokens: 200_000, prices: { input: 4_000_000 } }])
    expect(fact?.classes).toEqual({ flex: { prices: { input: 1_000_000, output: 4_000_000 } } })
  })

  it('knows a model with a fee only with all of it', () => {
    const fees = { search_context_size_low: 0.005, search_context_size_medium: 0.008, search_context_size_high: 0.012 }
    const entry = { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6, search_context_cost_per_query: fees }
    const vendor = { ...ACME, feeByContext: true }
    expect(listed(entry, vendor, 'sonar')?.requestByContext).toEqual({ low: 5e9, medium: 8e9, high: 12e9 })
    expect(listed(entry, ACME, 'sonar')).toBeUndefined()
    expect(listed({ ...entry, citation_cost_per_token: 2e-6 }, vendor, 'sonar')).toBeUndefined()
  })

  it('reads what is billed by the piece, and no vector at a price that must be a slip', () => {
    expect(listed({ mode: 'rerank', input_cost_per_query: 0.002 })?.prices).toEqual({ search: 2_000_000_000 })
    expect(listed({ mode: 'audio_transcription', input_cost_per_second: 1e-4 })?.prices).toEqual({
      audioSeconds: 100_000_000,
    })
    expect(listed({ mode: 'embedding', input_cost_per_token: 1e-7 })?.prices).toEqual({ input: 100_000 })
    expect(listed({ mode: 'embedding', input_cost_per_token: 1e-4 })).toBeUndefined()
  })
})

describe('readRegions', () => {
  const model = { litellm_provider: 'acme', mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 4e-6 }
  const vendor = { ...ACME, regional: /^(?<region>eu|us)\/(?<model>.+)$/ }

  it('reads a factor, or the same model in a region', () => {
    const table = {
      'acme/a': { ...model, regional_processing_uplift_multiplier_eu: 1.1 },
      'acme/b': model,
      'acme/us/b': { ...model, input_cost_per_token: 1.25e-6, output_cost_per_token: 5e-6 },
    }
    expect(Object.fromEntries(readRegions(table, vendor))).toEqual({ a: { eu: 110 }, b: { us: 125 } })
  })

  it('leaves out regions where units rise differently or not by a whole percentage', () => {
    const table = {
      'acme/a': model,
      'acme/eu/a': { ...model, input_cost_per_token: 1.1e-6 },
      'acme/us/a': { ...model, input_cost_per_token: 1.001e-6, output_cost_per_token: 4.004e-6 },
    }
    expect(readRegions(table, vendor).size).toBe(0)
  })
})

describe('readGenaiPrices', () => {
  const models = (input: number, ids: readonly string[]) =>
    ids.map((id) => ({ id, match: { equals: id }, prices: { input_mtok: input } }))

  it('fills gaps from the vendor it falls back to, and lets its own models stand', () => {
    const table = [
      { id: 'acme', models: models(1, ['a']) },
      { id: 'other', models: models(2, ['a', 'b']) },
    ]
    const { exact } = readGenaiPrices(table, { ...ACME, genaiFallback: 'other' }, '2026-01-01')
    expect([...exact].map(([id, [fact]]) => [id, fact?.prices.input])).toEqual([
      ['a', 1_000_000],
      ['b', 2_000_000],
    ])
  })
})
