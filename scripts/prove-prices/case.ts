/** One amount that somebody else stated for a call, beside what the price book makes of the same call. */

import type { PricedCall } from '../../src/services/pricing/price-call.ts'
import type { ServiceClass } from '../../src/wires/wire.ts'

/** Who stated the amount: the provider's own bill, or another project's price table and arithmetic. */
export type Oracle = 'billed' | 'table'

export interface Case {
  readonly oracle: Oracle
  readonly provider: string
  /** The wire that read the reply. */
  readonly wire: string
  readonly serviceClass: ServiceClass
  /** The model that answered. */
  readonly model: string
  /** The recording, or the place of the row, by which a reader finds it. */
  readonly id: string
  readonly statedNano: bigint
  /** Undefined when the wire found no usage in the reply. */
  readonly ours: PricedCall | undefined
  /** What our tap reads as the provider's own bill, where somebody else has read it too (`statedNano`). */
  readonly tappedNano?: bigint | undefined
  readonly isListed?: boolean
}

/**
 * `bill`: the tap reads another bill than the corpus's list states. `usage`: the reply states none that the wire can read.
 * `price`: the book has none. `cost`: the amounts differ.
 */
export const DIFFERENCES = ['bill', 'usage', 'price', 'cost'] as const
export type Difference = (typeof DIFFERENCES)[number]

/** Undefined when both amounts are the same to the nano-dollar; else the first of the differences above. */
export function differenceOf({ ours, statedNano, tappedNano, isListed }: Case): Difference | undefined {
  if (isListed && tappedNano !== statedNano) return 'bill'
  if (!ours) return 'usage'
  if (!ours.known) return 'price'
  return ours.costNano === statedNano ? undefined : 'cost'
}

/** How far apart the amounts are; undefined where one of them is missing. */
export function distanceOf({ ours, statedNano }: Case): bigint | undefined {
  if (!ours?.known) return undefined
  const more = ours.costNano - statedNano
  return more < 0n ? -more : more
}

/** What exceptions are matched against: `oracle/provider/wire/class/model/id`. */
export function nameOf({ oracle, provider, wire, serviceClass, model, id }: Case): string {
  return [oracle, provider, wire, serviceClass, model, id].join('/')
}

/** Both amounts, for a person. */
export function describeCase(subject: Case): string {
  const { ours, statedNano } = subject
  const mine = !ours ? 'no usage' : ours.known ? `${ours.costNano} nano-dollars` : ours.reason
  return `${nameOf(subject)}: stated ${statedNano} nano-dollars, ours ${mine}`
}
