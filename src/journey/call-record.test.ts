/** A call is of the moment it was admitted, whatever the clock, the calendar and the prices do while it runs. */

import { describe, expect, it } from 'vitest'
import type { LimitSettings } from '../config/limit-settings.ts'
import type { LedgerRow } from '../ports/accounts.ts'
import type { KeyRecord } from '../ports/keys.ts'
import { NO_OUTPUT } from '../services/limits/call-bound.ts'
import { counterOf } from '../services/limits/limit-terms.ts'
import { CallRecord } from './call-record.ts'
import type { Gateway, Slot } from './gateway.ts'
import { LimitHold } from './limit-hold.ts'

/** The last 100 ms of October, and the price of a token then and in November. */
const ADMITTED_MS = Date.UTC(2026, 10, 1) - 100
const NOVEMBER_MS = Date.UTC(2026, 10, 1)
const SCOPES = { key: 'k', user: '', team: 'blue', organisation: 'org', route: 'r', model: 'm', tag: () => '' }
const LIMIT: LimitSettings = {
  id: 'p/usd/month/team',
  measure: 'usd',
  amount: 1_000_000,
  per: 'team',
  enforce: 'hard',
  window: { every: 'month', zone: 'UTC' },
} as LimitSettings // the fields that counters are made of

function settle(endsAtMs: number, firstByteAtMs = endsAtMs) {
  let nowMs = ADMITTED_MS
  const rows: Omit<LedgerRow, 'requestId'>[] = []
  const asked: number[] = []
  const gateway = {
    clock: { now: () => nowMs },
    revision: { hash: 'r1' },
    price: ({ usage, atMs }: { usage: { output?: number }; atMs: number }) => {
      asked.push(atMs)
      const each = atMs < NOVEMBER_MS ? 3n : 7n
      return { known: true, costNano: BigInt(usage.output ?? 0) * each, priceHash: 'h', priceDate: '2026-10-01' }
    },
  } as unknown as Gateway // nothing else of it is asked
  const slot = {
    requestId: 'req_a_0',
    settle: (row: Omit<LedgerRow, 'requestId'>) => rows.push(row),
  } as unknown as Slot // nor of these
  const key = { id: 'k', team: 'blue' } as KeyRecord
  const record = new CallRecord({
    gateway,
    slot,
    key,
    clientWire: 'openai-chat',
    admittedAtMs: nowMs,
    waitUntil: () => undefined,
  })
  Object.assign(record, { route: 'r', provider: 'p', targetModel: 'm', attempts: 1, stream: true })
  const counter = counterOf(LIMIT, SCOPES, nowMs)
  if (!counter) throw new Error('no counter')
  const used: (readonly number[])[] = []
  const held = {
    amounts: [900],
    left: [],
    known: [],
    shrink: () => undefined,
    settle: (each: readonly number[]) => used.push(each),
  }
  const bound = {
    inputTokens: 9,
    output: { ...NO_OUTPUT, tokens: 50 },
    pieces: {},
    inputUnits: [],
    guessInput: () => 9,
  }
  record.limits = new LimitHold({
    ...{ counters: [counter], held, bound, whenUnknown: 'estimate' as const, assumed: undefined },
    more: () => Promise.reject(new Error('asked for more')),
  })
  nowMs = firstByteAtMs
  record.markFirstByte()
  nowMs = endsAtMs
  record.settle({ outcome: 'ok', status: 200, usage: { input: 9, output: 10 }, usageSource: 'reported' })
  const [row] = rows
  if (!row) throw new Error('no row')
  return { row, used, asked, counter }
}

describe('a call', () => {
  it.each([
    ['that ends in the month it began in', ADMITTED_MS + 50],
    ['that streams past the end of the month', NOVEMBER_MS + 3_600_000],
    ['whose price changes while it streams', NOVEMBER_MS + 1],
    ['whose clock is set back while it runs', ADMITTED_MS - 86_400_000],
    ['whose clock leaps a year', ADMITTED_MS + 366 * 86_400_000],
  ])('%s has the day, the price and the counter of its admission', (_, endsAtMs) => {
    const { row, used, asked, counter } = settle(endsAtMs)
    expect(row).toMatchObject({ admittedAtMs: ADMITTED_MS, costNano: '30', usageSource: 'reported' })
    expect(new Set(asked)).toEqual(new Set([ADMITTED_MS]))
    expect(counter.terms).toMatchObject({ startMs: Date.UTC(2026, 9, 1), untilMs: NOVEMBER_MS })
    expect(used).toEqual([[30]])
  })

  it('never lasts less than nothing, though the clock is set back', () => {
    expect(settle(ADMITTED_MS - 5000).row).toMatchObject({ latencyMs: 0, firstByteMs: 0 })
    expect(settle(ADMITTED_MS + 70, ADMITTED_MS + 40).row).toMatchObject({ latencyMs: 70, firstByteMs: 40 })
  })
})
