/** Reads a price book or a public price table from a file or an address. */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readPriceBook } from '../../config/read-price-book.ts'
import { asObject, type Json, parseJson } from '../../ground/json.ts'
import type { PriceBook } from '../../ground/price-book.ts'
import { readPriceTable } from '../../providers/price-tables/read-table.ts'
import { type StatedPrice, statedIn } from '../../services/pricing/compare-prices.ts'
import { priceBook } from '../../services/pricing/find-price.ts'
import { AdminError } from './admin-client.ts'
import type { CliIo } from './cli-io.ts'

/** The word for the committed book. */
const BUILT_IN = 'built-in'
/** The largest public table has a fifth of that. */
const MAX_CHARACTERS = 20_000_000
const FETCH_MS = 30_000

export interface StatedPrices {
  /** What was read: `built-in`, `book` or the table's name, with where it stood. */
  readonly title: string
  readonly prices: readonly StatedPrice[]
}

/** A book or a table, whichever it is, as it stands on a day. Throws what a person must mend. */
export async function readStatedPrices(place: string, onDay: string, io: CliIo): Promise<StatedPrices> {
  if (place === BUILT_IN) return { title: BUILT_IN, prices: statedIn(priceBook, onDay) }
  const text = await readText(place, io)
  const json = parseJson(text)
  if (json === undefined) throw new AdminError(`${place} is not JSON`, 0)
  if (Array.isArray(asObject(json)?.providers))
    return { title: `book ${place}`, prices: statedIn(await bookOf(text, place), onDay) }
  const { name, prices } = tableOf(json, place, onDay)
  return { title: `${name} ${place}`, prices }
}

/** A book, not a table. */
export async function readBook(place: string, io: CliIo): Promise<PriceBook> {
  return place === BUILT_IN ? priceBook : bookOf(await readText(place, io), place)
}

function tableOf(json: Json, place: string, onDay: string): { name: string; prices: StatedPrice[] } {
  const table = readPriceTable(json, onDay)
  if (!table.ok) throw new AdminError(`${place}: ${table.error}`, 0)
  const { name, shelves } = table.value
  const prices = [...shelves].flatMap(([provider, models]) =>
    [...models].map(([model, fact]) => ({ provider, model, ...fact })),
  )
  return { name, prices }
}

async function bookOf(text: string, place: string): Promise<PriceBook> {
  const book = await readPriceBook(text)
  if (book.ok) return book.value
  throw new AdminError(`${place} is no price book:\n  ${book.error.join('\n  ')}`, 0)
}

async function readText(place: string, io: CliIo): Promise<string> {
  const text = /^https?:\/\//.test(place) ? await fetchText(place) : await fileText(resolve(io.cwd, place))
  if (text.length > MAX_CHARACTERS) throw new AdminError(`${place} is too large for a price table`, 0)
  return text
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new AdminError(`${path} cannot be read`, 0)
  }
}

async function fetchText(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) })
    if (response.ok) return await response.text()
    throw new AdminError(`${url} answered ${response.status}`, 0)
  } catch (error) {
    if (error instanceof AdminError) throw error
    throw new AdminError(`${url} cannot be reached: save the table to a file and name that`, 0)
  }
}
