/** Ledger rows for tests of accounts: one that fills every field, and arbitrary ones. */

import fc from 'fast-check'
import { USAGE_UNITS, type Usage } from '../../src/ground/usage.ts'
import type { LedgerRow } from '../../src/ports/accounts.ts'

/** Noon of 23 November 2026, UTC. */
export const NOON_MS = Date.UTC(2026, 10, 23, 12)

/** A row with the fields every call has, and those given. */
export function row(requestId: string, fields: Partial<LedgerRow> = {}): LedgerRow {
  return {
    requestId,
    admittedAtMs: NOON_MS,
    team: 'blue',
    keyId: 'key0000001',
    route: 'support',
    target: 'main',
    provider: 'acme',
    requestedModel: 'support',
    answeredModel: 'acme-large-1',
    clientWire: 'openai-chat',
    stream: false,
    outcome: 'ok',
    status: 200,
    usage: { input: 10, output: 5 },
    usageSource: 'reported',
    costNano: '1000',
    latencyMs: 12,
    attempts: 1,
    revision: 'r1',
    ...fields,
  }
}

/** Every field set, with text that is not ASCII. */
export const FULL_ROW: LedgerRow = row('req_full_0', {
  user: 'zoë "quoted" 🙂',
  upstreamWire: 'anthropic-messages',
  stream: true,
  errorKind: 'timeout',
  usage: Object.fromEntries(USAGE_UNITS.map((unit, index) => [unit, index + 1])) as Usage, // one number for each unit
  costNano: '900719925474099',
  priceHash: 'ab'.repeat(32),
  priceDate: '2026-11-01',
  firstByteMs: 3,
  warnings: ['logit_bias:dropped', 'tools[2].strict:changed'],
  cache: 'miss',
  guard: 'passed',
  serviceClass: 'flex',
  replyId: 'resp_0a1b',
  billedNano: '900719925474100',
})

/** What differs between rows as far as sums can tell. */
export const rowFields: fc.Arbitrary<Partial<LedgerRow>> = fc.record(
  {
    admittedAtMs: fc.integer({ min: NOON_MS - 2 * 86_400_000, max: NOON_MS }),
    route: fc.constantFrom('support', 'search'),
    user: fc.constantFrom('ann', 'ben'),
    outcome: fc.constantFrom('ok' as const, 'error' as const, 'aborted' as const),
    costNano: fc.option(fc.bigInt(0n, 10n ** 15n).map(String), { nil: undefined }),
    usage: fc.option(fc.record({ input: fc.nat(1e9), output: fc.nat(1e9) }, { noNullPrototype: true }), {
      nil: undefined,
    }),
  },
  { requiredKeys: ['admittedAtMs', 'route', 'outcome'], noNullPrototype: true },
)
