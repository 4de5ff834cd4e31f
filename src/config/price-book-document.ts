/** The schema of a price book of one's own: the form of the built-in book, with the hashes left to the compiler. */

import * as z from 'zod'
import { PRICED_CLASSES } from '../ground/price-book.ts'
import { USAGE_UNITS } from '../ground/usage.ts'
import { nameField } from './fields.ts'

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day such as 2026-11-01')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'must be a day such as 2026-11-01')
const words = z.string().min(1).max(500)
const units = z.enum([...USAGE_UNITS, 'request'])
const pico = z.int('must be whole pico-dollars (1e-12 USD) a unit').nonnegative()
const unitPrices = z.partialRecord(units, pico)
const tier = z.strictObject({ tokens: z.int().positive(), prices: unitPrices })
const classPrices = z.strictObject({
  prices: unitPrices,
  above: z
    .array(tier)
    .refine((tiers) => tiers.every(({ tokens }, index) => tokens > (tiers[index - 1]?.tokens ?? 0)), {
      error: 'must be in the order of "tokens"',
    })
    .optional(),
})

const pattern = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => groupsIn(text) !== undefined, 'is not a regular expression')

/** The hash of an entry is of what it says and is made anew: one that is stated is not read. */
const stale = z.string().optional()

const entry = z.strictObject({
  ...classPrices.shape,
  model: words,
  from: day.optional(),
  checked: z.enum(['agree', 'disagree']).optional(),
  classes: z.partialRecord(z.enum(PRICED_CLASSES), classPrices).optional(),
  requestByContext: z.strictObject({ low: pico, medium: pico, high: pico }).optional(),
  regions: z.record(words, z.int().min(1)).optional(),
  hash: stale,
})

const rule = z.strictObject({
  serviceClass: z.enum(PRICED_CLASSES),
  percent: z.int().positive(),
  units: z.array(units).min(1),
  models: pattern.optional(),
  source: z.url(),
  checkedOn: day,
})

const shelf = z.strictObject({
  provider: nameField(),
  alsoFor: z.array(nameField()).optional(),
  source: words,
  tables: z.array(words).default([]),
  rules: z.array(rule).optional(),
  aliases: z
    .array(pattern.refine((text) => (groupsIn(text) ?? 0) > 0, 'must have a group for the listed model'))
    .optional(),
  entries: z.array(entry),
})

export const priceBookDocument = z.strictObject({
  checkedOn: day,
  tables: z.array(z.strictObject({ name: words, source: z.url(), licence: words, checkedOn: day })).default([]),
  providers: z.array(shelf).min(1),
  hash: stale,
})

export type PriceBookDocument = z.output<typeof priceBookDocument>

/** How many groups a pattern has; undefined when it is none. */
function groupsIn(text: string): number | undefined {
  try {
    return (new RegExp(`${text}|`).exec('')?.length ?? 1) - 1
  } catch {
    return undefined
  }
}
