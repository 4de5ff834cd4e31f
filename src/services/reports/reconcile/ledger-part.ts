/** The ledger's side of a reconciliation, read from its sums by hour. */

import { totalInput, totalOutput } from '../../../ground/usage.ts'
import type { CostGroup, GroupField } from '../../../ports/accounts.ts'
import type { Measure } from './invoice.ts'

/** What to group the ledger by; the hours in the zone in which the invoice counts its days. */
export const LEDGER_FIELDS = [
  'hour',
  'model',
  'key',
  'outcome',
  'usageSource',
  'costKnown',
] as const satisfies GroupField[]

/** Calls of one hour that can differ from the invoice for the same reason. */
export interface LedgerPart {
  readonly day: string
  /** In the first or the last hour of its day, where another clock or zone may count another day. */
  readonly edge?: 'start' | 'end'
  readonly model: string
  readonly key: string
  readonly calls: number
  /** Known nano-dollars or tokens. */
  readonly amount: bigint
  /** False when nobody knows what the calls cost or used: `amount` is 0 then. */
  readonly known: boolean
  readonly kind: 'settled' | 'cut-short' | 'unknown-cost' | 'estimated' | 'unreported'
}

/** One sum of the ledger by `LEDGER_FIELDS`. */
export function readLedgerPart(
  sum: Pick<CostGroup, 'group' | 'calls' | 'usage' | 'costNano'>,
  measure: Measure,
): LedgerPart {
  const { hour = '', model = '', key = '' } = sum.group
  const clock = hour.slice(11, 13)
  return {
    day: hour.slice(0, 10),
    ...(clock === '00' && { edge: 'start' }),
    ...(clock === '23' && { edge: 'end' }),
    model,
    key,
    calls: sum.calls,
    amount: measure === 'cost' ? BigInt(sum.costNano) : BigInt(totalInput(sum.usage) + totalOutput(sum.usage)),
    ...kindOf(sum.group, measure),
  }
}

function kindOf(group: CostGroup['group'], measure: Measure): Pick<LedgerPart, 'kind' | 'known'> {
  const { outcome, usageSource, costKnown } = group
  // Where the cost is known without a usage, the call was not billed and used nothing.
  const known = costKnown === 'yes' || (measure === 'tokens' && usageSource !== 'unknown')
  if (outcome === 'unreported') return { kind: 'unreported', known }
  const exact = usageSource === 'reported' || usageSource === 'counted' || usageSource === 'unknown'
  // A refused or failed call that is known to cost nothing has no usage to doubt.
  if (known && exact) return { kind: 'settled', known }
  if (outcome === 'aborted' || outcome === 'incomplete' || outcome === 'error') return { kind: 'cut-short', known }
  return { kind: known ? 'estimated' : 'unknown-cost', known }
}
