/** Reprices a period of a team's ledger, one page of calls at a time. */

import type { AccountStore, LedgerRow, Repricing } from '../../ports/accounts.ts'
import { countersOfRow, type LimitedRoutes } from '../limits/counters-of-row.ts'
import { pricedModel, type RowPricer, repriceRow } from '../pricing/reprice-rows.ts'

/** What one question may take: a page of rows in, as many adjustments out. */
const PAGE_ROWS = 1000

export interface RepriceAsked {
  readonly sinceMs: number
  readonly untilMs: number
  /** Calls that are priced by this model; one that ends in `*` stands for all that begin so. */
  readonly model?: string | undefined
  /** Nothing is written. */
  readonly rehearse: boolean
  readonly cursor?: string | undefined
}

export interface RepricedModel {
  readonly model: string
  readonly calls: number
  readonly deltaNano: string
}

export interface RepricedPage {
  /** Calls of the model in this page. */
  readonly examined: number
  readonly adjusted: number
  /** Calls whose prices are not known now: they keep the cost they have. */
  readonly unpriced: number
  readonly deltaNano: string
  readonly models: readonly RepricedModel[]
  readonly cursor?: string
}

/** Throws `BadCursor`. Repeating a page changes nothing. */
export async function repricePage(
  account: AccountStore,
  { sinceMs, untilMs, model, rehearse, cursor }: RepriceAsked,
  { price, limits }: { readonly price: RowPricer; readonly limits: LimitedRoutes },
): Promise<RepricedPage> {
  const place = cursor === undefined ? {} : { cursor }
  const page = await account.rows({ sinceMs, untilMs, kind: 'call', limit: PAGE_ROWS, ...place })
  const rows = page.rows.filter((row) => model === undefined || isNamed(model, pricedModel(row)))
  let unpriced = 0
  const calls: Repricing[] = []
  for (const row of rows) {
    const now = repriceRow(row, price)
    if (now === 'unpriced') unpriced++
    else if (now !== 'not billed') calls.push({ ...now, counters: countersOfRow(row, limits) })
  }
  const written = calls.length > 0 ? await account.reprice(calls, rehearse) : []
  return {
    examined: rows.length,
    adjusted: written.length,
    unpriced,
    deltaNano: sumOf(written),
    models: byModel(written),
    ...(page.cursor !== undefined && { cursor: page.cursor }),
  }
}

function isNamed(pattern: string, model: string): boolean {
  return pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : model === pattern
}

function byModel(adjustments: readonly LedgerRow[]): RepricedModel[] {
  const groups = new Map<string, LedgerRow[]>()
  for (const row of adjustments) groups.set(pricedModel(row), [...(groups.get(pricedModel(row)) ?? []), row])
  return [...groups].map(([model, rows]) => ({ model, calls: rows.length, deltaNano: sumOf(rows) }))
}

function sumOf(rows: readonly LedgerRow[]): string {
  return rows.reduce((sum, { costNano }) => sum + BigInt(costNano ?? 0), 0n).toString()
}
