/** Alerts about limits: a share of the amount is passed, or there is no more. */

import type { AlertData } from '../ground/alert.ts'
import { formatDollars } from '../ground/money.ts'
import type { CounterTerms, Watch } from '../ports/credit.ts'
import { type AlertBook, iso, type Once } from './alert-book.ts'
import type { Notice } from './escrow-book.ts'

/** `team`: undefined for limits that all teams share. */
export function limitNotice(alerts: AlertBook, team: string | undefined): Notice {
  return (terms, spent, refused) => {
    const { watch } = terms
    if (!watch) return
    const share = spent / watch.amount
    const raise = (type: 'limit.threshold' | 'limit.exhausted', about: Once['about'], more: AlertData): void =>
      alerts.raise({
        type,
        team,
        data: { ...describe(terms, watch, spent), ...more },
        once: {
          // A raised or lowered amount has thresholds of its own.
          about: [terms.limit, terms.scope, watch.amount, ...about],
          startMs: terms.startMs,
          sinceMs: terms.sinceMs,
          untilMs: terms.untilMs,
        },
      })
    for (const percent of watch.percents) if (share >= percent / 100) raise('limit.threshold', [percent], { percent })
    if (share >= 1) raise('limit.exhausted', [], { reason: 'used-up' })
    // Before half of it is spent, the call is large rather than the limit at its end.
    else if (refused && share > 0.5) raise('limit.exhausted', [], { reason: 'refused' })
  }
}

function describe({ limit, scope, startMs, sinceMs, untilMs }: CounterTerms, watch: Watch, spent: number): AlertData {
  const { amount, measure, per, enforce } = watch
  const written = (value: number): string =>
    measure === 'usd' ? formatDollars(BigInt(Math.round(value))) : String(value)
  return {
    limit,
    measure,
    per,
    scope,
    enforce,
    amount: written(amount),
    used: written(spent),
    window:
      sinceMs === startMs
        ? { starts_at: iso(startMs), ends_at: iso(untilMs) }
        : { sliding_seconds: (startMs - sinceMs) / 1000 },
  }
}
