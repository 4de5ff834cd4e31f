/** A key that was found good, and what it may use. */

import type { KeyRecord } from '../../ports/keys.ts'

export interface VerifiedKey {
  readonly record: KeyRecord
  routeAllowed(route: string): boolean
}

/** Wraps a record whose digest has matched. A key without routes may use every route; `prefix*` allows all that start so. */
export function verifiedKey(record: KeyRecord): VerifiedKey {
  const names = new Set(record.routes)
  const prefixes = record.routes.filter((route) => route.endsWith('*')).map((route) => route.slice(0, -1))
  return {
    record,
    routeAllowed: (route) =>
      names.size === 0 || names.has(route) || prefixes.some((prefix) => route.startsWith(prefix)),
  }
}
