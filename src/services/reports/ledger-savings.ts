/** Savings by providers' caches, kept answers and edge models over a range of the ledger. */

import type { CostGroup, CostRange } from '../../ports/accounts.ts'
import type { ServiceClass } from '../../wires/wire.ts'
import { answerSavings, cacheSavings, edgeSavings, type Savings, type SavingsLine } from './savings.ts'
import { type ReportLedger, sumAccounts } from './sum-accounts.ts'
import type { Pricer } from './unit-prices.ts'

const CLASSES: readonly ServiceClass[] = ['standard', 'batch', 'flex', 'priority']

export interface LedgerSavings {
  readonly cache: Savings
  /** Answers the gateway had kept and gave again. */
  readonly answers: Savings
  /** Absent when no reference model was stated: without one there is nothing to compare with. */
  readonly edge?: Savings
}

/** Days are those of UTC, by which prices are dated. */
export async function ledgerSavings(
  ledger: ReportLedger,
  range: CostRange,
  price: Pricer,
  reference?: { readonly provider: string; readonly model: string },
): Promise<LedgerSavings> {
  const fields = [
    'day',
    'team',
    'provider',
    'model',
    'serviceClass',
    'paradigm',
    'usageSource',
    'costKnown',
    'cache',
  ] as const
  const { sinceMs, untilMs, where } = range
  const groups = await sumAccounts(ledger, fields, {
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(where && { where }),
  })
  const isGiven = ({ group }: CostGroup): boolean => group.cache === 'hit' || group.cache === 'semantic'
  const made = groups.filter((group) => !isGiven(group))
  const billed = made.filter(({ group }) => !(group.usageSource === 'unknown' && group.costKnown === 'yes'))
  const onEdge = billed.filter(({ group }) => group.paradigm === 'edge')
  const elsewhere = billed.filter(({ group }) => group.paradigm !== 'edge')
  return {
    cache: cacheSavings(elsewhere.map(savingsLine), price),
    answers: answerSavings(groups.filter(isGiven)),
    ...(reference && { edge: edgeSavings(onEdge.map(savingsLine), reference, price) }),
  }
}

function savingsLine({ group, calls, usage, costNano }: CostGroup): SavingsLine {
  const serviceClass = CLASSES.find((name) => name === group.serviceClass)
  return {
    provider: group.provider ?? '',
    model: group.model ?? '',
    ...(group.team !== undefined && { team: group.team }),
    ...(serviceClass && { serviceClass }),
    atMs: Date.parse(group.day ?? ''),
    calls,
    usage: group.usageSource === 'unknown' ? undefined : usage,
    costNano: BigInt(costNano),
  }
}
