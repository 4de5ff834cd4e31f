/** Writes the SQL that counts a route's calls by the target that was chosen for them. */

import type { ArmCounts, ArmQuery } from '../../ports/arms.ts'
import { COUNTED } from './account-schema.ts'
import type { Statement } from './row-query.ts'

const CHOSEN = 'COALESCE(e.chosen_target, e.target)'
const FAILED = "(e.outcome <> 'ok' OR e.chosen_target IS NOT NULL)"
/** As `countedLatency` rounds. */
const LATENCY = `CASE WHEN e.latency_ms < 1000 THEN e.latency_ms WHEN e.latency_ms < 10000 THEN e.latency_ms / 100 * 100
  ELSE e.latency_ms / 1000 * 1000 END`

/** One row for each target, outcome and latency. */
export function armStatement({ route, sinceMs, untilMs }: ArmQuery): Statement {
  const conditions = [
    COUNTED,
    'e.adjusts IS NULL',
    'e.route = ?',
    'e.attempts > 0',
    "e.outcome IN ('ok', 'error', 'incomplete')",
  ]
  const bindings: (string | number)[] = [route]
  if (sinceMs !== undefined) {
    conditions.push('e.admitted_at_ms >= ?')
    bindings.push(sinceMs)
  }
  if (untilMs !== undefined) {
    conditions.push('e.admitted_at_ms < ?')
    bindings.push(untilMs)
  }
  return {
    sql: `SELECT ${CHOSEN} AS target, ${FAILED} AS failed, ${LATENCY} AS ms, COUNT(*) AS calls, COUNT(e.cost_nano) AS priced,
        TOTAL(e.cost_nano) AS cost, TOTAL(CAST(e.cost_nano AS REAL) * e.cost_nano) AS squares,
        COUNT(e.likeness) AS compared, TOTAL(e.likeness) AS alike
      FROM entries AS e WHERE ${conditions.join(' AND ')} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    bindings,
  }
}

/** The selected rows as one count for each target. */
export function readArms(rows: readonly Record<string, SqlStorageValue>[]): ArmCounts[] {
  const arms = new Map<string, ArmCounts>()
  for (const { target, failed, ms, calls, priced, cost, squares, compared, alike } of rows) {
    const name = String(target)
    const arm = arms.get(name) ?? {
      target: name,
      calls: 0,
      failures: 0,
      priced: { calls: 0, sum: 0, squares: 0 },
      alike: { calls: 0, sum: 0 },
      latencies: [],
    }
    const count = Number(calls)
    arms.set(
      name,
      Number(failed) === 1
        ? { ...arm, calls: arm.calls + count, failures: arm.failures + count }
        : {
            ...arm,
            calls: arm.calls + count,
            priced: {
              calls: arm.priced.calls + Number(priced),
              sum: arm.priced.sum + Number(cost),
              squares: arm.priced.squares + Number(squares),
            },
            alike: { calls: arm.alike.calls + Number(compared), sum: arm.alike.sum + Number(alike) },
            latencies: [...arm.latencies, { ms: Number(ms), calls: count }],
          },
    )
  }
  return [...arms.values()]
}
