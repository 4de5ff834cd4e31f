/** Prices of single units, asked of whatever prices calls. */

import type { NanoDollars } from '../../ground/money.ts'
import type { Usage, UsageUnit } from '../../ground/usage.ts'
import type { ServiceClass } from '../../wires/wire.ts'

export interface PricedModel {
  /** As rows of the ledger name it. */
  readonly provider: string
  readonly model: string
  /** Whose calls, where that is known. */
  readonly team?: string
  readonly serviceClass?: ServiceClass
  readonly atMs: number
}

/** Prices one call; what the gateway prices calls with. */
export type Pricer = (
  call: PricedModel & { readonly usage: Usage },
) => { readonly known: true; readonly costNano: NanoDollars } | { readonly known: false }

/**
 * Pico-dollars of one unit at the price of short prompts; undefined when the book has none. A thousand units at once: in
 * nano-dollars they cost as many as one costs in pico-dollars, so nothing but the fraction a discount may leave is rounded.
 */
export function unitPicoDollars(price: Pricer, model: PricedModel, unit: UsageUnit): bigint | undefined {
  const { provider, model: name, team, serviceClass, atMs } = model
  const who = { ...(team !== undefined && { team }), ...(serviceClass && { serviceClass }) }
  const priced = price({ provider, model: name, ...who, atMs, usage: { [unit]: 1000 } })
  return priced.known ? priced.costNano : undefined
}
