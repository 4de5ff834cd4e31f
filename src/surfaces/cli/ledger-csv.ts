/** Ledger rows as a CSV file: one line a call, every digit of its cost. */

import { formatDollars } from '../../ground/money.ts'
import { totalInput, totalOutput } from '../../ground/usage.ts'
import type { LedgerRow } from '../../ports/accounts.ts'
import { writeCsv } from '../../services/reports/csv.ts'

/** Empty cells are unknown; zero is zero. */
const COLUMNS: Readonly<Record<string, (row: LedgerRow) => string>> = {
  request_id: (row) => row.requestId,
  admitted_at: (row) => new Date(row.admittedAtMs).toISOString(),
  kind: (row) => row.kind ?? 'call',
  adjusts: (row) => row.adjusts ?? '',
  team: (row) => row.team,
  key: (row) => row.keyId,
  user: (row) => row.user ?? '',
  route: (row) => row.route,
  provider: (row) => row.provider,
  model: (row) => row.answeredModel ?? row.askedModel ?? row.requestedModel,
  outcome: (row) => row.outcome,
  status: (row) => String(row.status),
  error: (row) => row.errorKind ?? '',
  input_tokens: (row) => (row.usage ? String(totalInput(row.usage)) : ''),
  output_tokens: (row) => (row.usage ? String(totalOutput(row.usage)) : ''),
  usage_source: (row) => row.usageSource,
  cost_usd: (row) => dollars(row.costNano),
  list_usd: (row) => dollars(row.listNano ?? row.costNano),
  price_date: (row) => row.priceDate ?? '',
  price_hash: (row) => row.priceHash ?? '',
  latency_ms: (row) => String(row.latencyMs),
  cache: (row) => row.cache ?? '',
  saved_usd: (row) => dollars(row.savedNano),
  tags: (row) =>
    Object.entries(row.tags ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(', '),
}

/** With a header line. */
export function ledgerCsv(rows: readonly LedgerRow[]): string {
  return writeCsv([Object.keys(COLUMNS), ...rows.map((row) => Object.values(COLUMNS).map((cell) => cell(row)))])
}

function dollars(nano: string | undefined): string {
  return nano === undefined ? '' : formatDollars(BigInt(nano))
}
