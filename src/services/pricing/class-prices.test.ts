/** Service classes, context tiers, regions and dates: worked by hand, and as laws over the whole book. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClassRule, PriceEntry } from '../../ground/price-book.ts'
import { USAGE_UNITS, type Usage } from '../../ground/usage.ts'
import type { ServiceClass } from '../../wires/wire.ts'
import { RATES_PER_PICO, ratesFor } from './class-prices.ts'
import { builtInPrices, priceBook } from './find-price.ts'
import { priceCall } from './price-call.ts'

const NOW = Date.UTC(2026, 10, 1)
const ENTRY: PriceEntry = {
  model: 'm',
  prices: { input: 1001, cacheRead: 101, output: 3003, search: 7 },
  above: [
    { tokens: 128_000, prices: { input: 2002, output: 6006 } },
    { tokens: 200_000, prices: { input: 4004, output: 9009 } },
  ],
  classes: { priority: { prices: { input: 5005, output: 7007 } } },
  regions: { eu: 110 },
  hash: '',
}
const RULE: ClassRule = {
  serviceClass: 'batch',
  percent: 50,
  units: ['input', 'output'],
  source: 'https://example.com',
  checkedOn: '2026-01-01',
}

interface Asked {
  readonly serviceClass?: ServiceClass
  readonly promptTokens?: number
  readonly region?: string
  readonly rules?: readonly ClassRule[]
}

function rates({ serviceClass = 'standard', promptTokens = 1, region, rules = [RULE] }: Asked = {}) {
  return ratesFor(ENTRY, rules, { serviceClass, promptTokens, region })
}

describe('ratesFor', () => {
  it.each([
    [128_000, 1001],
    [128_001, 2002],
    [200_000, 2002],
    [200_001, 4004],
    [9_000_000, 4004],
  ])('switches the whole call to the next tier one token above it: %s', (promptTokens, input) => {
    expect(rates({ promptTokens }).of('input')).toBe(BigInt(input) * RATES_PER_PICO)
    expect(rates({ promptTokens }).of('cacheRead')).toBe(101n * RATES_PER_PICO)
  })

  it('takes a class without prices of its own from the rule of the vendor, exactly, in every tier', () => {
    expect(rates({ serviceClass: 'batch' }).of('input')).toBe((1001n * RATES_PER_PICO) / 2n)
    expect(rates({ serviceClass: 'batch', promptTokens: 200_001 }).of('output')).toBe((9009n * RATES_PER_PICO) / 2n)
  })

  it('never lends a class the price of another', () => {
    expect(rates({ serviceClass: 'batch' }).of('cacheRead')).toBeUndefined()
    expect(rates({ serviceClass: 'flex' }).classKnown).toBe(false)
    expect(rates({ serviceClass: 'batch', rules: [] }).classKnown).toBe(false)
    expect(rates({ serviceClass: 'priority', promptTokens: 128_001 }).of('input')).toBeUndefined()
    expect(rates({ serviceClass: 'priority' }).of('input')).toBe(5005n * RATES_PER_PICO)
  })

  it('keeps a rule to the models it is stated for', () => {
    expect(rates({ serviceClass: 'batch', rules: [{ ...RULE, models: '^other' }] }).classKnown).toBe(false)
    expect(rates({ serviceClass: 'batch', rules: [{ ...RULE, models: '^m$' }] }).classKnown).toBe(true)
  })

  it('adds the premium of a region to tokens and not to searches', () => {
    expect(rates({ region: 'eu' }).of('input')).toBe((1001n * RATES_PER_PICO * 11n) / 10n)
    expect(rates({ region: 'eu', serviceClass: 'batch' }).of('input')).toBe((1001n * RATES_PER_PICO * 11n) / 20n)
    expect(rates({ region: 'eu', serviceClass: 'batch' }).of('search')).toBe(7n * RATES_PER_PICO)
    expect(rates({ region: 'mars' }).of('input')).toBe(1001n * RATES_PER_PICO)
  })
})

describe('classes of listed models', () => {
  const usage = { input: 1000, output: 100 }
  const costOf = (provider: string, model: string, serviceClass: ServiceClass, of: Usage = usage) =>
    priceCall({ provider, model, usage: of, serviceClass, atMs: NOW })

  it('prices flex, priority and batch as listed', () => {
    expect(costOf('openai', 'gpt-5.4', 'standard')).toMatchObject({ known: true, costNano: 4_000_000n })
    expect(costOf('openai', 'gpt-5.4', 'flex')).toMatchObject({ known: true, costNano: 2_000_000n })
    expect(costOf('openai', 'gpt-5.4', 'priority')).toMatchObject({ known: true, costNano: 8_000_000n })
    expect(costOf('openai', 'gpt-5.4', 'batch')).toMatchObject({ known: true, costNano: 2_000_000n })
  })

  it('halves every token of an Anthropic batch and no search', () => {
    const used = { input: 10, cacheRead: 100, cacheWrite5m: 1000, cacheWrite1h: 10_000, output: 7, search: 2 }
    const tokens = 10_000n + 10_000n + 1_250_000n + 20_000_000n + 35_000n
    expect(costOf('anthropic', 'claude-haiku-4-5', 'batch', used)).toMatchObject({
      costNano: tokens / 2n + 20_000_000n,
    })
  })

  it('bills Groq flex like its ordinary tier', () => {
    const model = 'llama-3.1-8b-instant'
    const [flex, standard] = [costOf('groq', model, 'flex'), costOf('groq', model, 'standard')]
    expect(flex).toEqual(standard)
  })

  it('says which class has no price', () => {
    expect(costOf('anthropic', 'claude-haiku-4-5', 'priority')).toMatchObject({
      known: false,
      missing: 'class',
      serviceClass: 'priority',
      reason: expect.stringContaining('no priority price'),
    })
    expect(costOf('openai', 'gpt-5.4', 'priority', { input: 272_001 })).toMatchObject({
      known: false,
      missing: 'unit',
      unit: 'input',
      serviceClass: 'priority',
    })
    expect(costOf('gemini', 'gemini-2.5-flash', 'flex', { cacheRead: 1 })).toMatchObject({
      missing: 'unit',
      unit: 'cacheRead',
    })
  })

  it('adds the premium of a region where the tables have one', () => {
    const plain = { provider: 'anthropic', model: 'claude-opus-4-6', usage, atMs: NOW }
    const [anywhere, us] = [priceCall(plain), priceCall({ ...plain, region: 'us' })]
    expect(anywhere).toMatchObject({ costNano: 7_500_000n })
    expect(us).toMatchObject({ costNano: 8_250_000n })
  })

  it('adds the fee of a call by how much it searched', () => {
    const call = { provider: 'perplexity', model: 'sonar', usage: { input: 80, output: 68 }, atMs: NOW }
    expect(priceCall({ ...call, searchContext: 'low' })).toMatchObject({ costNano: 5_148_000n })
    expect(priceCall({ ...call, searchContext: 'high' })).toMatchObject({ costNano: 12_148_000n })
    expect(priceCall(call)).toMatchObject({ known: false, missing: 'search-context' })
  })
})

describe('the laws of rates', () => {
  const shelves = priceBook.providers.flatMap((shelf) => shelf.entries.map((entry) => ({ shelf, entry })))
  const place = fc.record({
    at: fc.constantFrom(...shelves),
    serviceClass: fc.constantFrom<ServiceClass>('standard', 'batch', 'flex', 'priority'),
    promptTokens: fc.oneof(fc.nat(2_000_000), fc.constantFrom(128_000, 128_001, 200_000, 200_001, 272_000, 272_001)),
    region: fc.constantFrom(undefined, 'us', 'eu'),
  })

  it('are never negative, and the standard class knows every unit that any class knows', () => {
    fc.assert(
      fc.property(place, ({ at: { shelf, entry }, serviceClass, promptTokens, region }) => {
        const own = ratesFor(entry, shelf.rules ?? [], { serviceClass, promptTokens, region })
        const standard = ratesFor(entry, [], { serviceClass: 'standard', promptTokens, region })
        for (const unit of USAGE_UNITS) {
          expect((own.of(unit) ?? 0n) >= 0n).toBe(true)
          if (own.of(unit) !== undefined) expect(standard.of(unit), `${entry.model} ${unit}`).toBeDefined()
        }
      }),
    )
  })

  it('cost the sum of what each unit costs alone, exactly, whatever the class', () => {
    // So many of everything that no price and no percentage leaves a part of a nano-dollar to round.
    const counts = fc.dictionary(
      fc.constantFrom(...USAGE_UNITS),
      fc.nat(1000).map((count) => count * 10_000_000),
    )
    fc.assert(
      fc.property(place, counts, ({ at: { shelf, entry }, serviceClass, region }, usage: Usage) => {
        fc.pre(entry.above === undefined)
        const costOf = (of: Usage) =>
          priceCall({
            provider: shelf.provider,
            model: entry.model,
            usage: of,
            serviceClass,
            atMs: NOW,
            region,
            searchContext: 'low',
          })
        const [none, whole] = [costOf({}), costOf(usage)]
        const parts = USAGE_UNITS.map((unit) => costOf({ [unit]: usage[unit] ?? 0 }))
        if (!whole.known || !none.known) expect([none, ...parts].some((part) => !part.known)).toBe(true)
        else
          expect(
            parts.reduce((sum, part) => sum + (part.known ? part.costNano - none.costNano : 0n), none.costNano),
          ).toBe(whole.costNano)
      }),
    )
  })

  it('hold from the first day of the newest entry that has begun, in every class and tier', () => {
    fc.assert(
      fc.property(fc.constantFrom(...shelves), fc.integer({ min: -400, max: 400 }), ({ shelf, entry }, days) => {
        const atMs = Date.parse(priceBook.checkedOn) + days * 86_400_000
        const begun = shelf.entries
          .filter(({ model }) => model === entry.model)
          .map((each) => ({ each, from: Date.parse(each.from ?? priceBook.checkedOn) }))
          .filter(({ from }) => from <= atMs)
          .sort((x, y) => y.from - x.from)
        expect(builtInPrices.find(shelf.provider, entry.model, atMs)?.entry).toBe(begun[0]?.each)
      }),
    )
  })
})
