/** A cost report as the admin API gives it and as every export is written from. */

import { formatDollars } from '../../ground/money.ts'
import type { CostReport, ReportLine } from './cost-report.ts'
import type { ReportField } from './report-fields.ts'
import { unitCosts } from './unit-cost.ts'

export interface ShownLine extends ReportLine {
  /** `costNano` in dollars, every digit of it. */
  readonly costUsd: string
  /** `listNano` in dollars. */
  readonly listUsd: string
  /** Of calls whose cost is known; null when there are none. */
  readonly usdPerThousandCalls: string | null
  readonly usdPerThousandTokens: string | null
  /** Calls of unknown cost in all calls: 0 to 1, four decimals, never rounded down to 0 or up to 1. */
  readonly unknownCostShare: string
}

/** What a report covers. `sinceMs` is included, `untilMs` is not; absent: no bound. */
export interface ReportScope {
  readonly organisation: string
  /** The zone of its calendar periods. */
  readonly zone: string
  readonly sinceMs?: number
  readonly untilMs?: number
}

export interface ReportDocument extends ReportScope {
  readonly object: 'cost_report'
  readonly group_by: readonly ReportField[]
  readonly data: readonly ShownLine[]
  readonly total: ShownLine
}

/** Plain JSON: amounts are text, so no reader can round them. */
export function reportDocument(report: CostReport, scope: ReportScope): ReportDocument {
  return {
    object: 'cost_report',
    group_by: report.by,
    ...scope,
    data: report.lines.map(shownLine),
    total: shownLine(report.total),
  }
}

function shownLine(line: ReportLine): ShownLine {
  const { perThousandCallsNano, perThousandTokensNano } = unitCosts(line)
  return {
    ...line,
    costUsd: formatDollars(BigInt(line.costNano)),
    listUsd: formatDollars(BigInt(line.listNano)),
    usdPerThousandCalls: perThousandCallsNano === undefined ? null : formatDollars(perThousandCallsNano),
    usdPerThousandTokens: perThousandTokensNano === undefined ? null : formatDollars(perThousandTokensNano),
    unknownCostShare: shareText(line.unknownCostCalls, line.calls),
  }
}

/** No amount of the line is known: it stays empty in a file, which is not a zero. Adjustments are of no calls, and known. */
export function isUnknown({ calls, unknownCostCalls }: Pick<ReportLine, 'calls' | 'unknownCostCalls'>): boolean {
  return calls > 0 && unknownCostCalls === calls
}

function shareText(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0'
  if (part === whole) return '1'
  return String(Math.min(0.9999, Math.max(0.0001, Math.round((part / whole) * 10_000) / 10_000)))
}
