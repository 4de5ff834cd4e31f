/** Overrides, discounts and a book of one's own: worked by hand, and as laws. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PriceDiscount, PriceOverride } from '../../config/price-settings.ts'
import type { PriceBook } from '../../ground/price-book.ts'
import { builtInPrices, createPriceFinder } from './find-price.ts'
import { type CallToPrice, type Prices, priceCall } from './price-call.ts'

const NOW = Date.UTC(2026, 10, 15)
const CALL: CallToPrice = {
  provider: 'acme',
  model: 'large-1-2026-10-01',
  usage: { input: 1000, output: 100 },
  atMs: NOW,
  team: 'red',
}
const BOOK: PriceBook = {
  hash: 'book',
  checkedOn: '2026-01-01',
  tables: [],
  providers: [
    {
      provider: 'acme',
      source: 'https://example.com',
      tables: [],
      aliases: ['^(.+)-\\d{4}-\\d{2}-\\d{2}$'],
      rules: [
        {
          serviceClass: 'batch',
          percent: 50,
          units: ['input', 'output'],
          source: 'https://example.com',
          checkedOn: '2026-01-01',
        },
      ],
      entries: [
        {
          model: 'large-1',
          prices: { input: 2_000_000, cacheRead: 200_000, output: 8_000_000 },
          above: [{ tokens: 200_000, prices: { input: 4_000_000, cacheRead: 400_000, output: 12_000_000 } }],
          hash: 'entry',
        },
      ],
    },
  ],
}

function override(fields: Partial<PriceOverride> = {}): PriceOverride {
  return { provider: 'acme', model: 'large-1', from: '2026-11-01', prices: { input: 1_000_000 }, hash: 'o', ...fields }
}

function discount(fields: Partial<PriceDiscount> = {}): PriceDiscount {
  return { provider: 'acme', from: '2026-11-01', basisPoints: 1000, hash: 'd', ...fields }
}

function prices(overrides: readonly PriceOverride[], discounts: readonly PriceDiscount[] = []): Prices {
  return { book: createPriceFinder(BOOK), agreed: { overrides, discounts } }
}

function cost(call: Partial<CallToPrice>, by: Prices): bigint | string {
  const priced = priceCall({ ...CALL, ...call }, by)
  return priced.known ? priced.costNano : priced.missing
}

describe('overrides', () => {
  it('stand instead of the book, for its aliases too, and leave the other units to it', () => {
    expect(priceCall(CALL, prices([]))).toMatchObject({ costNano: 2_800_000n, priceHash: 'entry' })
    expect(priceCall(CALL, prices([override()]))).toEqual({
      known: true,
      costNano: 1_800_000n,
      listNano: 2_800_000n,
      priceHash: 'entry+o',
      priceDate: '2026-11-01',
    })
  })

  it('hold at every length of prompt, while what they leave out rises with it', () => {
    const usage = { input: 200_001, cacheRead: 10, output: 1 }
    expect(cost({ usage }, prices([override()]))).toBe(200_001_000n + 4_000n + 12_000n)
  })

  it('are what the rules of a class take their part of', () => {
    expect(cost({ serviceClass: 'batch' }, prices([override()]))).toBe(900_000n)
  })

  it('hold from their first day to the end of their last', () => {
    const by = prices([override({ until: '2026-11-20' })])
    expect(cost({ atMs: Date.UTC(2026, 9, 31, 23, 59, 59, 999) }, by)).toBe(2_800_000n)
    expect(cost({ atMs: Date.UTC(2026, 10, 1) }, by)).toBe(1_800_000n)
    expect(cost({ atMs: Date.UTC(2026, 10, 20, 23, 59, 59, 999) }, by)).toBe(1_800_000n)
    expect(cost({ atMs: Date.UTC(2026, 10, 21) }, by)).toBe(2_800_000n)
  })

  it('price models no book knows, by themselves', () => {
    const by = prices([override({ model: 'secret-*', prices: { input: 5_000_000, output: 6_000_000 } })])
    expect(priceCall({ ...CALL, model: 'secret-2' }, by)).toMatchObject({ costNano: 5_600_000n, priceHash: 'o' })
    expect(cost({ model: 'secret-2', usage: { search: 1 } }, by)).toBe('unit')
    expect(cost({ model: 'other' }, by)).toBe('model')
  })

  it('go by the name documents give the provider', () => {
    const by = prices([override({ provider: 'ours' })])
    expect(cost({}, by)).toBe(2_800_000n)
    expect(cost({ providerName: 'ours' }, by)).toBe(1_800_000n)
  })

  it('for a team stand before those for all, a model before its beginning, later ones before earlier', () => {
    const each = (fields: Partial<PriceOverride>, input: number): PriceOverride =>
      override({ ...fields, prices: { input: input * 1_000_000, output: 0 } })
    const all = [
      each({ model: 'large-1' }, 10),
      each({ model: 'large-1', from: '2026-11-10' }, 11),
      each({ model: 'large-*', from: '2026-11-12' }, 12),
      each({ model: 'l*', from: '2026-11-13', teams: ['blue'] }, 13),
    ]
    for (const order of [all, [...all].reverse()]) {
      expect(cost({}, prices(order))).toBe(11_000_000n)
      expect(cost({ team: 'blue' }, prices(order))).toBe(13_000_000n)
      expect(cost({ team: undefined }, prices(order))).toBe(11_000_000n)
      expect(cost({ model: 'large-2' }, prices(order))).toBe(12_000_000n)
    }
  })
})

describe('discounts', () => {
  it('are taken off the whole price and rounded once', () => {
    expect(priceCall(CALL, prices([], [discount()]))).toEqual({
      known: true,
      costNano: 2_520_000n,
      listNano: 2_800_000n,
      priceHash: 'entry+d',
      priceDate: '2026-11-01',
    })
    // 3 tokens at 2 millionths of a dollar are 6,000 nano-dollars; 12.34% off leaves 5,259.6.
    expect(cost({ usage: { input: 3 } }, prices([], [discount({ basisPoints: 1234 })]))).toBe(5260n)
  })

  it('do not stack, and are not taken off a price that was agreed', () => {
    const team = discount({ teams: ['red'], basisPoints: 5000 })
    expect(cost({}, prices([], [discount(), team]))).toBe(1_400_000n)
    expect(cost({ team: 'blue' }, prices([], [discount(), team]))).toBe(2_520_000n)
    expect(cost({}, prices([override()], [discount()]))).toBe(1_800_000n)
  })

  it('make no price known, and none dearer; more usage never costs less', () => {
    const usages = fc.record({ input: fc.nat(1e6), cacheRead: fc.nat(1e6), output: fc.nat(1e5) })
    fc.assert(
      fc.property(usages, usages, fc.integer({ min: 1, max: 10_000 }), (usage, more, basisPoints) => {
        const by = prices([], [discount({ basisPoints })])
        const listed = cost({ usage }, prices([]))
        const less = cost({ usage }, by)
        const sum = { input: usage.input + more.input, cacheRead: usage.cacheRead, output: usage.output + more.output }
        expect(less <= listed).toBe(true)
        // Below one tier: a longer prompt may pass into it, never out of it.
        expect(cost({ usage: sum }, by) >= less).toBe(true)
      }),
      { numRuns: 200 },
    )
    expect(cost({ model: 'other' }, prices([], [discount()]))).toBe('model')
  })
})

describe('a book of one’s own', () => {
  it('stands alone for the providers it names and leaves the others to the built-in one', () => {
    const book = createPriceFinder({
      ...BOOK,
      providers: [{ provider: 'openai', source: 'https://example.com', tables: [], entries: [] }],
    })
    expect(builtInPrices.find('openai', 'gpt-4o', NOW)).toBeDefined()
    expect(book.find('openai', 'gpt-4o', NOW)).toBeUndefined()
    const model = 'claude-sonnet-4-5'
    expect(book.find('anthropic', model, NOW)).toEqual(builtInPrices.find('anthropic', model, NOW))
  })
})
