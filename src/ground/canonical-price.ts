/** The one way to write a price entry as text, over which its hash is taken. */

import type { ClassRule, PriceEntry } from './price-book.ts'

/** An entry with everything that holds for it spelled out, without the hash. */
export type CanonicalEntry = Omit<PriceEntry, 'hash'> & {
  readonly from: string
  readonly provider: string
  readonly source: string
  readonly rules?: readonly ClassRule[]
}

/** JSON without spaces, keys sorted at every level. */
export function canonicalPrice(entry: CanonicalEntry): string {
  return JSON.stringify(entry, (_key, value: unknown) => (isRecord(value) ? sorted(value) : value))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
