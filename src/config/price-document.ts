/** The schema of `prices` in `sluice.yml`: what was agreed with vendors beyond the price book. */

import * as z from 'zod'
import { pico } from '../ground/pico.ts'
import type { PricedUnit } from '../ground/price-book.ts'
import { nameField } from './fields.ts'

const DAY_WORDS = 'must be a day such as 2026-11-01; days begin at midnight UTC'
const MAX_DOLLARS = 1_000_000

function day(): z.ZodString {
  return z
    .string({ error: DAY_WORDS })
    .regex(/^\d{4}-\d{2}-\d{2}$/, DAY_WORDS)
    .refine((text) => !Number.isNaN(Date.parse(text)), DAY_WORDS)
}

/** Pico-dollars a unit from dollars for `10^(12 - scale)` of them. */
function dollars(scale: 12 | 6): z.ZodOptional<z.ZodType<number, number>> {
  const words = `must be US dollars with at most ${scale} decimals, such as ${scale === 6 ? '1.25' : '0.01'}`
  return z
    .number({ error: words })
    .transform((amount, context) => {
      const exact = amount <= MAX_DOLLARS ? pico(amount, scale) : undefined
      if (exact !== undefined && Number.isSafeInteger(exact)) return exact
      context.issues.push({ code: 'custom', message: `${words}, from 0 to ${MAX_DOLLARS}`, input: amount })
      return z.NEVER
    })
    .optional()
}

/** Names in documents -> units of usage. */
export const TOKEN_UNITS = {
  input: 'input',
  cache_read: 'cacheRead',
  cache_write_5m: 'cacheWrite5m',
  cache_write_1h: 'cacheWrite1h',
  output: 'output',
  reasoning: 'reasoning',
  audio_in: 'audioIn',
  audio_out: 'audioOut',
  image_in: 'imageIn',
  image_out: 'imageOut',
} as const satisfies Readonly<Record<string, PricedUnit>>

/** The same for what is billed one by one. */
export const PIECE_UNITS = {
  search: 'search',
  request: 'request',
  image: 'images',
  audio_second: 'audioSeconds',
  character: 'characters',
} as const satisfies Readonly<Record<string, PricedUnit>>

const perMillion = z.strictObject({
  input: dollars(6).describe('Prompt tokens that were neither read from nor written to a cache.'),
  cache_read: dollars(6).describe('Prompt tokens read from a cache.'),
  cache_write_5m: dollars(6).describe('Prompt tokens written to a cache that lives five minutes.'),
  cache_write_1h: dollars(6).describe('Prompt tokens written to a cache that lives one hour.'),
  output: dollars(6).describe('Completion tokens without reasoning.'),
  reasoning: dollars(6).describe('Reasoning tokens. Default: the price of output.'),
  audio_in: dollars(6).describe('Tokens of sound sent.'),
  audio_out: dollars(6).describe('Tokens of sound made.'),
  image_in: dollars(6).describe('Tokens of pictures sent.'),
  image_out: dollars(6).describe('Tokens of pictures made.'),
})

const each = z.strictObject({
  search: dollars(12).describe('One search.'),
  request: dollars(12).describe('One call, whatever it used.'),
  image: dollars(12).describe('One picture made.'),
  audio_second: dollars(12).describe('One second of sound transcribed.'),
  character: dollars(12).describe('One character spoken.'),
})

const model = z
  .string()
  .regex(
    /^[^\s*]{1,200}\*?$|^\*$/,
    'must be the id of a model; one that ends in * stands for all that begin so, and * alone for all',
  )

const teams = z.array(nameField()).min(1).max(1000).optional()

const override = z
  .strictObject({
    provider: nameField().describe('The provider, by its name under `providers` or that of a known one.'),
    model: model.describe('The id of the model that answers, such as `gpt-5-mini`; `gpt-5*` stands for several.'),
    teams: teams.describe('Whose calls. Default: those of all teams.'),
    from: day().describe('First day the price holds, such as `2026-11-01`; days begin at midnight UTC.'),
    until: day().optional().describe('Last day it holds. Default: until further notice.'),
    per_million: perMillion
      .optional()
      .describe('US dollars for a million tokens, such as `{ input: 1.25, output: 10 }`.'),
    each: each.optional().describe('US dollars for one of what is not billed by tokens, such as `{ search: 0.01 }`.'),
  })
  .refine(({ per_million = {}, each: pieces = {} }) => Object.keys({ ...per_million, ...pieces }).length > 0, {
    error: 'must state a price, such as per_million: { input: 1.25, output: 10 }',
  })
  .refine(inOrder, { error: 'ends before it begins: "until" is before "from"', path: ['until'] })

const discount = z
  .strictObject({
    percent: z
      .number()
      .positive()
      .max(100)
      .refine((percent) => Number.isInteger(Number((percent * 100).toFixed(6))), 'must have at most two decimals')
      .describe('How much less than the price book is billed, such as `12.5`.'),
    provider: nameField().optional().describe('The provider. Default: all of them.'),
    model: model.optional().describe('The model, or `gpt-5*` for several. Default: all of them.'),
    teams: teams.describe('Whose calls. Default: those of all teams.'),
    from: day().describe('First day it holds, such as `2026-11-01`; days begin at midnight UTC.'),
    until: day().optional().describe('Last day it holds. Default: until further notice.'),
  })
  .refine(inOrder, { error: 'ends before it begins: "until" is before "from"', path: ['until'] })

function inOrder({ from, until }: { from: string; until?: string | undefined }): boolean {
  return until === undefined || until >= from
}

export const pricesDocument = z
  .strictObject({
    overrides: z
      .array(override)
      .min(1)
      .max(1000)
      .optional()
      .describe('Prices that stand instead of the price book, or for models it does not know.'),
    discounts: z
      .array(discount)
      .min(1)
      .max(1000)
      .optional()
      .describe('Parts of the price that are not billed. The one that says most closely whose call it is holds alone.'),
  })
  .describe('What was agreed with vendors beyond the price book; docs/prices.md shows it.')

export type PricesDocument = z.output<typeof pricesDocument>
