/** The public tables by their forms, small ones of our own and the real ones of the corpus. */

import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Json, parseJson } from '../../ground/json.ts'
import { type ReadTable, readPriceTable } from './read-table.ts'

const DAY = '2026-11-01'
const CORPUS = resolve(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'prices')

function read(json: Json): ReadTable {
  const table = readPriceTable(json, DAY)
  if (!table.ok) throw new Error(table.error)
  return table.value
}

describe('readPriceTable', () => {
  it('knows LiteLLM by its entries', () => {
    const table = read({
      'gpt-4o': {
        litellm_provider: 'openai',
        mode: 'chat',
        input_cost_per_token: 2.5e-6,
        output_cost_per_token: 1e-5,
        input_cost_per_token_batches: 1.25e-6,
      },
    })
    expect(table.name).toBe('litellm')
    expect(table.shelves.get('openai')?.get('gpt-4o')).toEqual({
      prices: { input: 2_500_000, output: 10_000_000 },
      above: [],
      classes: { batch: { prices: { input: 1_250_000 } } },
    })
  })

  it('knows genai-prices by its list of providers, and takes the price of the day', () => {
    const dated = [
      { prices: { input_mtok: 3, output_mtok: 4 } },
      { constraint: { start_date: '2026-10-01' }, prices: { input_mtok: 2, output_mtok: 4 } },
      { constraint: { start_date: '2026-12-01' }, prices: { input_mtok: 1, output_mtok: 4 } },
    ]
    const table = read([{ id: 'openai', models: [{ id: 'm', match: { equals: 'm' }, prices: dated }] }])
    expect(table.name).toBe('genai-prices')
    expect(table.shelves.get('openai')?.get('m')?.prices).toEqual({ input: 2_000_000, output: 4_000_000 })
  })

  it('knows models.dev by its models, under our names of the providers', () => {
    const cost = {
      input: 1.25,
      output: 10,
      cache_read: 0.125,
      input_audio: 3,
      reasoning: 10,
      context_over_200k: { input: 2.5, output: 15 },
    }
    const table = read({
      google: { id: 'google', models: { 'gemini-x': { id: 'gemini-x', cost }, free: { id: 'free' } } },
      nobody: { id: 'nobody', models: { n: { cost: { input: 1, output: 2 } } } },
    })
    expect(table.name).toBe('models.dev')
    expect(table.shelves.get('gemini')).toEqual(
      new Map([
        [
          'gemini-x',
          {
            prices: { input: 1_250_000, cacheRead: 125_000, output: 10_000_000, audioIn: 3_000_000 },
            above: [{ tokens: 200_000, prices: { input: 2_500_000, output: 15_000_000 } }],
          },
        ],
      ]),
    )
    expect(table.shelves.has('nobody')).toBe(true)
  })

  it('knows OpenRouter by its list, exactly from decimal text, without prices that depend on the way', () => {
    const pricing = { prompt: '0.00000015', completion: '0.0000006', request: '0', web_search: '0.01', image: '0' }
    const table = read({
      data: [
        { id: 'a/b', pricing },
        { id: 'openrouter/auto', pricing: { prompt: '-1', completion: '-1' } },
        { id: 'a/unpriced', pricing: { prompt: '0', completion: '0' } },
        { id: 'a/gift:free', pricing: { prompt: '0', completion: '0' } },
      ],
    })
    expect(table.name).toBe('openrouter')
    expect(table.shelves.get('openrouter')).toEqual(
      new Map([
        ['a/b', { prices: { input: 150_000, output: 600_000, search: 10_000_000_000 }, above: [] }],
        ['a/gift:free', { prices: { input: 0, output: 0 }, above: [] }],
      ]),
    )
  })

  it.each([[null], [{}], [[]], ['text'], [{ data: [] }], [{ a: 1 }]])('refuses what is no table: %j', (json) => {
    expect(readPriceTable(json, DAY)).toEqual({ ok: false, error: expect.stringContaining('none of the tables') })
  })

  it.skipIf(!existsSync(CORPUS))('reads the real tables of the corpus (skipped, no corpus)', () => {
    const file = (name: string): Json => parseJson(readFileSync(join(CORPUS, name), 'utf8')) ?? null
    const litellm = read(file('litellm_model_prices_and_context_window.json'))
    const genai = read(file('genai-prices.data.json'))
    expect([litellm.name, genai.name]).toEqual(['litellm', 'genai-prices'])
    for (const table of [litellm, genai])
      expect([...table.shelves.values()].reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(1000)
  })
})
