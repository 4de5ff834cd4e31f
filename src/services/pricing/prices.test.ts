/** The committed price book is well formed and its hashes are those of its entries. */

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { canonicalPrice } from '../../ground/canonical-price.ts'
import type { ClassPrices } from '../../ground/price-book.ts'
import { USAGE_UNITS } from '../../ground/usage.ts'
import { providers } from '../../providers/index.ts'
import { priceBook } from './find-price.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const units = z.enum([...USAGE_UNITS, 'request'])
const unitPrices = z.partialRecord(units, z.int().nonnegative())
const classPrices = z.strictObject({
  prices: unitPrices,
  above: z.array(z.strictObject({ tokens: z.int().positive(), prices: unitPrices })).optional(),
})
const pricedClass = z.enum(['batch', 'flex', 'priority'])
const entry = z.strictObject({
  ...classPrices.shape,
  model: z.string().min(1),
  from: day.optional(),
  checked: z.enum(['agree', 'disagree']).optional(),
  classes: z.partialRecord(pricedClass, classPrices).optional(),
  requestByContext: z.record(z.enum(['low', 'medium', 'high']), z.int().positive()).optional(),
  regions: z.record(z.string(), z.int().min(100)).optional(),
  hash,
})
const rule = z.strictObject({
  serviceClass: pricedClass,
  percent: z.int().positive(),
  units: z.array(units).min(1),
  models: z.string().optional(),
  source: z.url(),
  checkedOn: day,
})
const table = z.strictObject({ name: z.string(), source: z.url(), licence: z.string(), checkedOn: day })
const book = z.strictObject({
  hash,
  checkedOn: day,
  tables: z.array(table),
  providers: z.array(
    z.strictObject({
      provider: z.string(),
      alsoFor: z.array(z.string()).optional(),
      source: z.string(),
      tables: z.array(z.string()),
      rules: z.array(rule).optional(),
      aliases: z.array(z.string()).optional(),
      entries: z.array(entry),
    }),
  ),
})

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const all = priceBook.providers.flatMap((shelf) => shelf.entries.map((each) => ({ shelf, each })))

describe('the price book', () => {
  it('holds nothing but entries of the declared shape', () => {
    expect(book.parse(priceBook)).toEqual(priceBook)
  })

  it('carries the hash of every entry and of the whole', () => {
    for (const { shelf, each } of all) {
      const { hash: stated, ...facts } = each
      const { provider, source, rules } = shelf
      const from = facts.from ?? priceBook.checkedOn
      const canonical = canonicalPrice({ ...facts, from, provider, source, ...(rules && { rules }) })
      expect(stated, each.model).toBe(sha256(canonical))
    }
    expect(priceBook.hash).toBe(sha256(all.map(({ each }) => each.hash).join('\n')))
  })

  it('names only providers of the provider table, once each', () => {
    const names = priceBook.providers.flatMap((shelf) => [shelf.provider, ...(shelf.alsoFor ?? [])])
    expect(new Set(names).size).toBe(names.length)
    expect(providers.map((provider) => provider.name)).toEqual(expect.arrayContaining(names))
  })

  it('says of every shelf where its prices come from', () => {
    const tables = priceBook.tables.map(({ name }) => name)
    for (const shelf of priceBook.providers.filter(({ source }) => source !== 'embedded')) {
      expect(URL.canParse(shelf.source), shelf.provider).toBe(true)
      expect(shelf.tables.length, shelf.provider).toBeGreaterThan(0)
      expect(tables).toEqual(expect.arrayContaining([...shelf.tables]))
      expect(shelf.entries.length, shelf.provider).toBeGreaterThan(0)
    }
  })

  it('stays small in the bundle', () => {
    expect(JSON.stringify(priceBook).length).toBeLessThan(1_500_000)
  })

  it('has one entry for a model and a day', () => {
    const keys = all.map(({ shelf, each }) => `${shelf.provider}/${each.model} ${each.from ?? priceBook.checkedOn}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('prices something of every entry, and lets no tier of any class be cheaper than what lies below it', () => {
    for (const { each } of all) {
      expect(Object.keys(each.prices), each.model).not.toEqual([])
      for (const facts of [each, ...Object.values(each.classes ?? {})]) expectRisingTiers(facts, each.model)
    }
  })

  it('lets no discounted class be dearer than the standard one, and no priority cheaper', () => {
    for (const { each } of all)
      for (const unit of USAGE_UNITS) {
        const standard = each.prices[unit] ?? 0
        for (const serviceClass of ['batch', 'flex'] as const)
          expect(each.classes?.[serviceClass]?.prices[unit] ?? 0, each.model).toBeLessThanOrEqual(standard)
        expect(each.classes?.priority?.prices[unit] ?? standard, each.model).toBeGreaterThanOrEqual(standard)
      }
  })
})

function expectRisingTiers({ prices, above = [] }: ClassPrices, model: string): void {
  let [below, tokens] = [prices, 0]
  for (const tier of above) {
    expect(tier.tokens, model).toBeGreaterThan(tokens)
    for (const unit of USAGE_UNITS)
      expect(tier.prices[unit] ?? 0, model).toSatisfy((price) => price === 0 || price >= (below[unit] ?? 0))
    below = { ...below, ...tier.prices }
    tokens = tier.tokens
  }
}
