/** `sluice prices show`: the dated entries of a model, where each comes from, and what was agreed beyond them. */

import { parseArgs } from 'node:util'
import type { PriceDiscount, PriceOverride, PriceScope } from '../../../config/price-settings.ts'
import { type ListedPrice, listBook } from '../../../services/pricing/list-prices.ts'
import { AdminError } from '../admin-client.ts'
import type { CliIo } from '../cli-io.ts'
import { CONNECT_OPTIONS, connect } from '../connect.ts'
import { pricesText } from '../price-text.ts'
import { readBook } from '../read-prices.ts'

interface ShownPrices {
  /** ISO date. */
  readonly today: string
  readonly data: readonly ListedPrice[]
  readonly left_out: number
  readonly overrides: readonly PriceOverride[]
  readonly discounts: readonly PriceDiscount[]
}

export async function pricesShow(args: string[], io: CliIo): Promise<number> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...CONNECT_OPTIONS, provider: text, book: text },
  })
  const [model, ...more] = positionals
  if (more.length > 0 || (model === undefined && values.provider === undefined))
    throw new AdminError('name one model: prices show gpt-4o', 0)
  const { provider, book } = values
  const shown = book === undefined ? await ask(values, model, io) : await readFrom(book, { provider, model }, io)
  io.stdout(values.json ? `${JSON.stringify(shown)}\n` : textOf(shown))
  return shown.data.length + shown.overrides.length > 0 ? 0 : 1
}

async function ask(
  values: { url?: string; state?: string; provider?: string },
  model: string | undefined,
  io: CliIo,
): Promise<ShownPrices> {
  const query = new URLSearchParams()
  if (model !== undefined) query.set('model', model)
  if (values.provider !== undefined) query.set('provider', values.provider)
  const admin = await connect(values, io)
  return admin.call<ShownPrices>('GET', `/admin/v1/prices?${query}`)
}

async function readFrom(
  place: string,
  asked: { readonly provider?: string | undefined; readonly model?: string | undefined },
  io: CliIo,
): Promise<ShownPrices> {
  const data = listBook(await readBook(place, io), place === 'built-in' ? 'built-in' : 'own', asked)
  return { today: new Date().toISOString().slice(0, 10), data, left_out: 0, overrides: [], discounts: [] }
}

function textOf({ today, data, left_out: leftOut, overrides, discounts }: ShownPrices): string {
  const entries = data.map((each) => entryText(each, today))
  const agreed = [
    ...overrides.map((each) => `override ${scopeText(each)}: ${pricesText(each.prices)}\n  hash ${each.hash}\n`),
    ...discounts.map((each) => `discount ${scopeText(each)}: ${each.basisPoints / 100}% less\n  hash ${each.hash}\n`),
  ]
  const more = leftOut > 0 ? [`and ${leftOut} more; name a model or a provider\n`] : []
  if (entries.length + agreed.length === 0) return 'the price book has no such model\n'
  return `${[...entries, ...more, ...agreed].join('\n')}\ntokens in US dollars a million\n`
}

function entryText(entry: ListedPrice, today: string): string {
  const { provider, model, from, until, prices, above = [], classes = {}, rules = [], regions = {} } = entry
  const state = from > today ? 'to come' : until !== undefined && until <= today ? 'over' : 'in force'
  const agree = { agree: ', they agree', disagree: ', they disagree: the dearer stands', alone: '' }[
    entry.checked ?? 'alone'
  ]
  const tables = entry.tables.length > 0 ? `, tables ${entry.tables.join(', ')}${agree}` : ''
  const tiers = (own: typeof above): string[] => own.map((t) => `above ${t.tokens} tokens: ${pricesText(t.prices)}`)
  const fees = Object.entries(entry.requestByContext ?? {}).map(([depth, price]) => `${depth} ${price / 1e12}`)
  const regional = Object.entries(regions).map(([name, percent]) => `${name} ${percent}%`)
  return [
    `${provider} ${model}, from ${from}${until === undefined ? '' : ` until ${until}`} (${state})`,
    pricesText(prices),
    ...tiers(above),
    ...Object.entries(classes).flatMap(([name, own]) =>
      [pricesText(own.prices), ...tiers(own.above ?? [])].map((line) => `${name}: ${line}`),
    ),
    ...rules.map((rule) => `${rule.serviceClass}: ${rule.percent}% of ${rule.units.join(', ')} (${rule.source})`),
    ...(fees.length > 0 ? [`each call, by how much it searched: ${fees.join(', ')}`] : []),
    ...(regional.length > 0 ? [`regions: ${regional.join(', ')}`] : []),
    `source ${entry.source}, checked ${entry.checkedOn}${tables} (${entry.book} book)`,
    `hash ${entry.hash}`,
    '',
  ]
    .join('\n  ')
    .trimEnd()
    .concat('\n')
}

function scopeText({ provider, model, teams, from, until }: PriceScope): string {
  const what = `${provider ?? 'all providers'}/${model ?? '*'}`
  return `${what}, ${teams ? `teams ${teams.join(', ')}` : 'all teams'}, from ${from}${until ? ` to ${until}` : ''}`
}
