/** What settled calls cost at the prices that are known now. */

import type { LedgerRow } from '../../ports/accounts.ts'
import type { ServiceClass } from '../../wires/wire.ts'
import type { CallToPrice, PricedCall } from './price-call.ts'

const CLASSES: readonly ServiceClass[] = ['batch', 'flex', 'priority']

/** Prices a call as the gateway does, by the names rows carry. */
export type RowPricer = (
  call: Pick<CallToPrice, 'provider' | 'model' | 'usage' | 'serviceClass' | 'team' | 'atMs'>,
) =>
  | Pick<PricedCall & { known: true }, 'known' | 'costNano' | 'listNano' | 'priceHash' | 'priceDate'>
  | { readonly known: false }

export interface NewPrice {
  readonly requestId: string
  readonly costNano: string
  /** Absent: `costNano`. */
  readonly listNano?: string
  readonly priceHash: string
  readonly priceDate: string
}

/**
 * The call's cost now; `unpriced` when its prices are not known, so that it keeps the cost it has; `not billed` for calls that
 * used nothing anybody bills, or of which nobody knows what they used.
 */
export function repriceRow(row: LedgerRow, price: RowPricer): NewPrice | 'unpriced' | 'not billed' {
  const { requestId, usage, costNano, priceHash, attempts, provider, team } = row
  if (row.kind === 'adjustment' || row.outcome === 'unreported' || !usage || attempts === 0) return 'not billed'
  // A known cost without a price is that of a call the provider refused.
  if (costNano !== undefined && priceHash === undefined) return 'not billed'
  const model = pricedModel(row)
  const serviceClass = CLASSES.find((name) => name === row.serviceClass)
  const priced = price({ provider, model, usage, serviceClass, team, atMs: row.admittedAtMs })
  if (!priced.known) return 'unpriced'
  return {
    requestId,
    costNano: priced.costNano.toString(),
    ...(priced.listNano !== undefined && { listNano: priced.listNano.toString() }),
    priceHash: priced.priceHash,
    priceDate: priced.priceDate,
  }
}

/** The model a call is priced by: the one that answered, else the one its target names. */
export function pricedModel({ answeredModel, target, provider, requestedModel }: LedgerRow): string {
  if (answeredModel !== undefined) return answeredModel
  return target.startsWith(`${provider}/`) ? target.slice(provider.length + 1) : requestedModel
}
