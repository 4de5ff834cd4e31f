/** What the compiler must know about the providers; the list itself lives on a floor above and is handed in. */

import type { EndpointName } from './revision.ts'

export interface KnownProvider {
  /** The word before the slash in `provider/model`. */
  readonly name: string
  /** Runs inside the worker: no address, no secret. */
  readonly local: boolean
  /** A server people run themselves, which may be reached without TLS. */
  readonly selfHosted: boolean
  /** There is no public address: `sluice.yml` must give one. */
  readonly needsBaseUrl: boolean
  /** Shown when the address is missing. */
  readonly baseUrlExample?: string
  /** Chat formats it speaks, best first. */
  readonly formats?: readonly string[]
  /** Parts of its address that `sluice.yml` gives under `options`; those without a default must be given. */
  readonly options?: Readonly<Record<string, { readonly example: string; readonly default?: string }>>
  /** The secret that holds its credential unless `sluice.yml` names another; undefined when it needs none. */
  readonly secretName?: string
  /** What routes to it may be asked through. */
  readonly endpoints: readonly EndpointName[]
  /** Every model it has; undefined when only the provider knows. */
  readonly models?: readonly string[]
}

export type KnownProviders = readonly KnownProvider[]

/** The row of that exact name, or undefined. */
export function findKnown(known: KnownProviders, name: string): KnownProvider | undefined {
  return known.find((provider) => provider.name === name)
}
