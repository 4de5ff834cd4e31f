/** Alerts about ledger rows: models without a price, and calls that nobody reported. */

import { formatDollars } from '../ground/money.ts'
import type { LedgerRow } from '../ports/accounts.ts'
import type { AlertBook } from './alert-book.ts'

const DAY_MS = 86_400_000
/** Rows of one day may come this much later. */
const LATE_MS = 7 * DAY_MS
/** Upstreams name their models at any length. */
const MAX_NAME = 200
const MAX_IDS = 20

/** The note in a row for a model (`provider/model`) that was left out for want of a price. */
export function unpricedNote(model: string): string {
  return `price.${model}:unknown`
}

/** Once a day for each model that calls met without a price. */
export function noticePrices(alerts: AlertBook, rows: readonly LedgerRow[], team: string, nowMs: number): void {
  for (const row of rows) {
    for (const [model, effect] of unpricedModels(row)) {
      const startMs = Math.floor(row.admittedAtMs / DAY_MS) * DAY_MS
      alerts.raise({
        type: 'price.unknown',
        team,
        data: {
          model,
          effect,
          route: row.route,
          request_id: row.requestId,
          day: new Date(startMs).toISOString().slice(0, 10),
        },
        once: { about: [model], startMs, untilMs: Math.max(nowMs, startMs) + LATE_MS },
      })
    }
  }
}

/** `refused`: not asked; `assumed`: counted at prices that a policy assumes; `uncounted`: its cost is in no sum. */
function unpricedModels(row: LedgerRow): [model: string, effect: 'refused' | 'assumed' | 'uncounted'][] {
  const refused = (row.warnings ?? []).flatMap((note): [string, 'refused'][] => {
    const model = /^price\.(.+):unknown$/s.exec(note)?.[1]
    return model === undefined ? [] : [[model.slice(0, MAX_NAME), 'refused']]
  })
  const assumed = row.priceHash === 'assumed'
  if (!assumed && (!row.usage || row.costNano !== undefined)) return refused
  const model = row.answeredModel === undefined ? row.target : `${row.provider}/${row.answeredModel}`
  return [...refused, [model.slice(0, MAX_NAME), assumed ? 'assumed' : 'uncounted']]
}

/** One alert for all rows that were booked together. `lostNano`: what isolates that were lost held. */
export function noticeUnreported(
  alerts: AlertBook,
  team: string,
  booked: { readonly requestIds: readonly string[]; readonly leases: number; readonly lostNano: number },
): void {
  const { requestIds, leases, lostNano } = booked
  if (requestIds.length === 0 && lostNano === 0) return
  alerts.raise({
    type: 'usage.unreported',
    team,
    data: {
      calls: requestIds.length,
      isolates: leases,
      held_usd: formatDollars(BigInt(Math.round(lostNano))),
      request_ids: requestIds.slice(0, MAX_IDS),
    },
  })
}
