/** Reads the price book of one's own that `price_book` in `sluice.yml` names, and hashes what it says. */

import { canonicalPrice } from '../ground/canonical-price.ts'
import type { PriceBook, PriceEntry, ProviderPrices } from '../ground/price-book.ts'
import { err, ok, type Result } from '../ground/result.ts'
import { sha256Hex } from '../ground/sha256.ts'
import { type PriceBookDocument, priceBookDocument } from './price-book-document.ts'

/** Enough to find what is wrong; a book of another form has thousands. */
const MOST_FAULTS = 20

/** The book with a hash for every entry and the whole; else what is wrong with it, one sentence each. */
export async function readPriceBook(text: string): Promise<Result<PriceBook, readonly string[]>> {
  const json = parse(text)
  if (!json.ok) return json
  const read = priceBookDocument.safeParse(json.value)
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`)
    return err(faults.slice(0, MOST_FAULTS))
  }
  const faults = repeated(read.data)
  return faults.length > 0 ? err(faults.slice(0, MOST_FAULTS)) : ok(await hashed(read.data))
}

function parse(text: string): Result<unknown, readonly string[]> {
  try {
    return ok(JSON.parse(text))
  } catch (error) {
    return err([`it is not JSON: ${error instanceof Error ? error.message : String(error)}`])
  }
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return text.replace(/^\./, '') || 'the book'
}

/** A call must find one price: a provider stands on one shelf, a model has one entry a day. */
function repeated({ providers, checkedOn }: PriceBookDocument): string[] {
  const faults: string[] = []
  const seen = new Set<string>()
  const note = (name: string, fault: string): void => {
    if (seen.has(name)) faults.push(fault)
    seen.add(name)
  }
  for (const { provider, alsoFor = [], entries } of providers) {
    for (const name of [provider, ...alsoFor]) note(name, `the provider "${name}" stands twice`)
    for (const { model, from = checkedOn } of entries)
      note(`${provider}/${model} ${from}`, `${provider}/${model} has two entries from ${from}`)
  }
  return faults
}

async function hashed({ checkedOn, tables, providers }: PriceBookDocument): Promise<PriceBook> {
  const shelves = await Promise.all(providers.map((shelf) => hashedShelf(shelf, checkedOn)))
  const hashes = shelves.flatMap(({ entries }) => entries.map(({ hash }) => hash))
  return { hash: await sha256Hex(hashes.join('\n')), checkedOn, tables, providers: shelves }
}

async function hashedShelf(shelf: PriceBookDocument['providers'][number], checkedOn: string): Promise<ProviderPrices> {
  const { provider, source, rules } = shelf
  const entries = shelf.entries.map(async ({ hash: _, ...own }): Promise<PriceEntry> => {
    const canonical = { ...own, from: own.from ?? checkedOn, provider, source, ...(rules && { rules }) }
    return { ...own, hash: await sha256Hex(canonicalPrice(canonical)) }
  })
  return { ...shelf, entries: await Promise.all(entries) }
}
