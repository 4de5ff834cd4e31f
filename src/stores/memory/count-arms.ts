/** Counts a route's calls by the target that was chosen for them, as the Account object's SQL does. */

import type { LedgerRow } from '../../ports/accounts.ts'
import { type ArmCounts, type ArmQuery, countedLatency } from '../../ports/arms.ts'

const COUNTED: ReadonlySet<string> = new Set(['ok', 'error', 'incomplete'])

/** The time range is the caller's. */
export function countArms(rows: readonly LedgerRow[], { route }: ArmQuery): ArmCounts[] {
  const arms = new Map<string, LedgerRow[]>()
  for (const row of rows) {
    if (row.route !== route || row.attempts === 0 || !COUNTED.has(row.outcome)) continue
    const target = row.chosenTarget ?? row.target
    arms.set(target, [...(arms.get(target) ?? []), row])
  }
  return [...arms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([target, calls]) => armOf(target, calls))
}

function armOf(target: string, rows: readonly LedgerRow[]): ArmCounts {
  const answered = rows.filter((row) => row.outcome === 'ok' && row.chosenTarget === undefined)
  const costs = answered.flatMap(({ costNano }) => (costNano === undefined ? [] : [Number(costNano)]))
  const likenesses = answered.flatMap(({ likeness }) => likeness ?? [])
  const latencies = new Map<number, number>()
  for (const { latencyMs } of answered) {
    const ms = countedLatency(latencyMs)
    latencies.set(ms, (latencies.get(ms) ?? 0) + 1)
  }
  return {
    target,
    calls: rows.length,
    failures: rows.length - answered.length,
    priced: {
      calls: costs.length,
      sum: costs.reduce((sum, cost) => sum + cost, 0),
      squares: costs.reduce((sum, cost) => sum + cost * cost, 0),
    },
    alike: { calls: likenesses.length, sum: likenesses.reduce((sum, likeness) => sum + likeness, 0) },
    latencies: [...latencies].sort(([a], [b]) => a - b).map(([ms, calls]) => ({ ms, calls })),
  }
}
