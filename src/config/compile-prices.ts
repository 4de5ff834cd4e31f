/** From `prices` and `price_book` in `sluice.yml` to what the revision holds: known names, one price for each call, hashes. */

import { canonicalJson } from '../ground/canonical-json.ts'
import type { UnitPrices } from '../ground/price-book.ts'
import { sha256Hex } from '../ground/sha256.ts'
import type { BundleDocument } from './bundle-document.ts'
import { quote } from './clear-secret.ts'
import { findKnown, type KnownProviders } from './known-providers.ts'
import { keyPlaceOf, type Located, type Path, placeOf } from './located.ts'
import { PIECE_UNITS, type PricesDocument, TOKEN_UNITS } from './price-document.ts'
import type { PriceDiscount, PriceOverride, PriceScope, PriceSettings } from './price-settings.ts'
import { formatPlace } from './problem.ts'
import type { ProblemList } from './problem-list.ts'
import { didYouMeanOrOneOf } from './suggest.ts'

type Scope = Omit<PriceScope, 'hash'>

export interface PriceNames {
  readonly document: BundleDocument
  readonly root: Located
  readonly teams: readonly string[]
  readonly known: KnownProviders
}

/** Undefined when the document agrees on no prices of its own. */
export async function compilePrices(names: PriceNames, problems: ProblemList): Promise<PriceSettings | undefined> {
  const { overrides = [], discounts = [] } = names.document.prices ?? {}
  const servers = Object.entries(names.document.providers ?? {}).flatMap(([name, { gpu }]) =>
    gpu ? [{ name, gpu }] : [],
  )
  if (overrides.length === 0 && discounts.length === 0 && servers.length === 0) return undefined
  checkAll('overrides', overrides, names, problems)
  checkAll('discounts', discounts, names, problems)
  return {
    overrides: [
      ...(await Promise.all(overrides.map(compileOverride))),
      ...(await Promise.all(servers.map(({ name, gpu }) => priceOfServer(name, gpu)))),
    ],
    discounts: await Promise.all(discounts.map(compileDiscount)),
  }
}

type OverrideDocument = NonNullable<PricesDocument['overrides']>[number]
type DiscountDocument = NonNullable<PricesDocument['discounts']>[number]

async function compileOverride(document: OverrideDocument): Promise<PriceOverride> {
  const { provider, model } = document
  const prices: UnitPrices = {}
  for (const [name, unit] of entriesOf(TOKEN_UNITS)) {
    const price = document.per_million?.[name]
    if (price !== undefined) prices[unit] = price
  }
  for (const [name, unit] of entriesOf(PIECE_UNITS)) {
    const price = document.each?.[name]
    if (price !== undefined) prices[unit] = price
  }
  return hashed({ ...scopeOf(document), provider, model, prices })
}

/** What a token costs on a server that costs so much an hour and does so many tokens a second. */
async function priceOfServer(
  provider: string,
  gpu: NonNullable<NonNullable<BundleDocument['providers']>[string]['gpu']>,
): Promise<PriceOverride> {
  const picoASecond = (gpu.dollars_per_hour / 3600) * 1e12
  const prices: UnitPrices = {
    input: Math.round(picoASecond / gpu.input_tokens_per_second),
    output: Math.round(picoASecond / gpu.output_tokens_per_second),
  }
  return hashed({ provider, model: '*', prices, from: SERVERS_FROM })
}

/** Servers have no price list with dates: the rate holds for whatever is priced by this revision. */
const SERVERS_FROM = '2000-01-01'

async function compileDiscount(document: DiscountDocument): Promise<PriceDiscount> {
  return hashed({ ...scopeOf(document), basisPoints: Math.round(document.percent * 100) })
}

function scopeOf({ provider, model, teams, from, until }: OverrideDocument | DiscountDocument): Scope {
  return {
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && model !== '*' && { model }),
    ...(teams && { teams: [...new Set(teams)].sort() }),
    from,
    ...(until !== undefined && { until }),
  }
}

async function hashed<Terms extends object>(terms: Terms): Promise<Terms & { hash: string }> {
  return { ...terms, hash: await sha256Hex(canonicalJson(terms)) }
}

function entriesOf<Table extends object>(table: Table): [keyof Table, Table[keyof Table]][] {
  return Object.entries(table) as [keyof Table, Table[keyof Table]][] // the tables are literals without other keys
}

/** Names must be known, and two lines may not state different things of the same calls from the same day on. */
function checkAll(
  list: 'overrides' | 'discounts',
  documents: readonly (OverrideDocument | DiscountDocument)[],
  { document, root, teams, known }: PriceNames,
  problems: ProblemList,
): void {
  const providers = [...Object.keys(document.providers ?? {}), ...known.map(({ name }) => name)]
  const seen = new Map<string, Path>()
  for (const [index, line] of documents.entries()) {
    const path: Path = ['prices', list, index]
    if (line.provider !== undefined && !providers.includes(line.provider)) {
      const hint = didYouMeanOrOneOf(line.provider, providers, 'providers are')
      problems.error(placeOf(root, [...path, 'provider']), `there is no provider ${quote(line.provider)}`, hint)
    }
    for (const [place, team] of (line.teams ?? []).entries()) {
      if (teams.includes(team)) continue
      const hint = didYouMeanOrOneOf(team, teams, 'teams are')
      problems.error(placeOf(root, [...path, 'teams', place]), `there is no team ${quote(team)}`, hint)
    }
    for (const team of line.teams ?? ['']) {
      const calls = JSON.stringify([line.provider, line.model ?? '*', team, line.from])
      const first = seen.get(calls)
      if (first) {
        const where = formatPlace(placeOf(root, first))
        problems.error(placeOf(root, path), `states the same calls from the same day as the line at ${where}`)
      } else seen.set(calls, path)
    }
  }
}

/** The path of the book is checked where it is read; a known provider of the book's is checked here. */
export function refuseUnknownShelves(
  shelves: readonly string[],
  { root, known }: Pick<PriceNames, 'root' | 'known'>,
  problems: ProblemList,
): void {
  const names = known.map(({ name }) => name)
  for (const shelf of shelves) {
    if (findKnown(known, shelf)) continue
    const hint = didYouMeanOrOneOf(shelf, names, 'providers are')
    problems.error(
      keyPlaceOf(root, ['price_book']),
      `the price book names the provider ${quote(shelf)}, which is not known`,
      hint,
    )
  }
}
