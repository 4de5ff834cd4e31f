/** The committed price book is well formed and its hashes are those of its entries. */

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { USAGE_UNITS } from '../../ground/usage.ts'
import { providers } from '../../providers/index.ts'
import { canonicalPrice } from './canonical-price.ts'
import { priceBook } from './find-price.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const unitPrices = z.partialRecord(z.enum(USAGE_UNITS), z.int().nonnegative())
const entry = z.strictObject({
  model: z.string().min(1),
  from: day.optional(),
  checked: z.enum(['agree', 'disagree']).optional(),
  prices: unitPrices,
  above: z.array(z.strictObject({ tokens: z.int().positive(), prices: unitPrices })).optional(),
  hash,
})
const book = z.strictObject({
  hash,
  checkedOn: day,
  providers: z.array(
    z.strictObject({
      provider: z.string(),
      source: z.string(),
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
      const { provider, source } = shelf
      expect(stated, each.model).toBe(
        sha256(canonicalPrice({ ...facts, from: facts.from ?? priceBook.checkedOn, provider, source })),
      )
    }
    expect(priceBook.hash).toBe(sha256(all.map(({ each }) => each.hash).join('\n')))
  })

  it('names only providers of the provider table, once each', () => {
    const names = priceBook.providers.map((shelf) => shelf.provider)
    expect(new Set(names).size).toBe(names.length)
    expect(providers.map((provider) => provider.name)).toEqual(expect.arrayContaining(names))
  })

  it('has one entry for a model and a day', () => {
    const keys = all.map(({ shelf, each }) => `${shelf.provider}/${each.model} ${each.from ?? priceBook.checkedOn}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('prices input of every entry, and lets no tier be cheaper than what lies below it', () => {
    for (const { each } of all) {
      expect(each.prices.input, each.model).toBeDefined()
      let below = each.prices
      let tokens = 0
      for (const tier of each.above ?? []) {
        expect(tier.tokens, each.model).toBeGreaterThan(tokens)
        for (const unit of USAGE_UNITS)
          expect(tier.prices[unit] ?? 0, each.model).toSatisfy((price) => price === 0 || price >= (below[unit] ?? 0))
        below = { ...below, ...tier.prices }
        tokens = tier.tokens
      }
    }
  })
})
