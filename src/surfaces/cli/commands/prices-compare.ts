/** `sluice prices diff` and `sluice prices import`: where books and public tables disagree. */

import { parseArgs } from 'node:util'
import { type Comparison, comparePrices } from '../../../services/pricing/compare-prices.ts'
import { AdminError } from '../admin-client.ts'
import type { CliIo } from '../cli-io.ts'
import { priceText } from '../price-text.ts'
import { readStatedPrices, type StatedPrices } from '../read-prices.ts'
import { table } from '../table.ts'

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const OPTIONS = { provider: text, at: text, json: flag, all: flag } as const

/** Ends with 2 when something differs. */
export async function pricesDiff(args: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
  const [left, right, ...more] = positionals
  if (left === undefined || right === undefined || more.length > 0)
    throw new AdminError('name two books or tables: prices diff built-in prices/book.json', 0)
  const day = dayOf(values.at)
  const lists = [await readStatedPrices(left, day, io), await readStatedPrices(right, day, io)] as const
  return report(lists, { ...values, day, all: true }, io)
}

/** Ends with 2 when the table says otherwise than the book of anything both state. */
export async function pricesImport(args: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { ...OPTIONS, book: text } })
  const [place, ...more] = positionals
  if (place === undefined || more.length > 0) throw new AdminError('name one table: prices import table.json', 0)
  const day = dayOf(values.at)
  const imported = await readStatedPrices(place, day, io)
  if (imported.prices.length === 0) throw new AdminError(`${place} has no prices of providers that are known`, 0)
  return report([await readStatedPrices(values.book ?? 'built-in', day, io), imported], { ...values, day }, io)
}

interface Shown {
  readonly provider?: string | undefined
  readonly json: boolean
  /** Names models that only one of them has. */
  readonly all: boolean
  readonly day: string
}

function report(lists: readonly [StatedPrices, StatedPrices], shown: Shown, io: CliIo): number {
  const [left, right] = lists.map(({ prices }) =>
    prices.filter(({ provider }) => shown.provider === undefined || provider === shown.provider),
  )
  const found = comparePrices(left ?? [], right ?? [])
  const [leftTitle, rightTitle] = [lists[0].title, lists[1].title]
  const about = { object: 'price-comparison', day: shown.day, left: leftTitle, right: rightTitle }
  io.stdout(shown.json ? `${JSON.stringify({ ...about, ...found })}\n` : comparisonText(found, lists, shown))
  const only = shown.all ? found.onlyLeft.length + found.onlyRight.length : 0
  return found.disagreements.length + only > 0 ? 2 : 0
}

function comparisonText(found: Comparison, [left, right]: readonly [StatedPrices, StatedPrices], shown: Shown): string {
  const lines = found.disagreements.flatMap(({ provider, model, units }) =>
    units.map((each) => ({ name: `${provider}/${model}`, ...each })),
  )
  const columns = table(
    lines,
    [
      { title: 'model', cell: (line) => line.name },
      { title: 'unit', cell: (line) => line.unit },
      { title: 'left USD', align: 'right', cell: (line) => priceText(line.unit, line.left) },
      { title: 'right USD', align: 'right', cell: (line) => priceText(line.unit, line.right) },
      { title: 'right/left', align: 'right', cell: ({ left, right }) => (left === 0 ? '' : (right / left).toFixed(2)) },
    ],
    'they agree on everything both state',
  )
  const { agreed, disagreements, onlyLeft, onlyRight, providersOnlyLeft, providersOnlyRight } = found
  const list = (title: string, names: readonly string[], every: boolean): string[] =>
    names.length === 0 ? [] : [`${title}: ${every ? names.join(', ') : names.length}`]
  return [
    `left   ${left.title}`,
    `right  ${right.title}`,
    `prices on ${shown.day}; tokens in US dollars a million`,
    '',
    columns.trimEnd(),
    '',
    `${agreed} models agree, ${disagreements.length} disagree`,
    ...list('only left', onlyLeft, shown.all),
    ...list('only right', onlyRight, shown.all),
    ...list('providers only left', providersOnlyLeft, true),
    ...list('providers only right', providersOnlyRight, true),
    '',
  ].join('\n')
}

function dayOf(text: string | undefined): string {
  const day = text ?? new Date().toISOString().slice(0, 10)
  if (/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day))) return day
  throw new AdminError(`--at "${day}" is not a day such as 2026-11-01`, 0)
}
