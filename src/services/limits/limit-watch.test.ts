import { describe, expect, it } from 'vitest'
import type { LimitSettings } from '../../config/limit-settings.ts'
import { type CallScopes, counterOf } from './limit-terms.ts'

const NOON_MS = Date.UTC(2026, 10, 23, 12)
const DAY = { every: 'day', zone: 'UTC' } as const
const LIMIT: LimitSettings = { id: 'p/x', measure: 'tokens', amount: 100, per: 'key', window: DAY, enforce: 'hard' }

const scopes: CallScopes = {
  key: 'k',
  user: 'u',
  team: 't',
  organisation: 'o',
  route: 'r',
  model: 'p/m',
  tag: () => 'apollo',
}

const watchOf = (limit: Partial<LimitSettings>, atMs = NOON_MS) =>
  counterOf({ ...LIMIT, ...limit }, scopes, atMs)?.terms.watch

describe('what an account is told to watch', () => {
  it('is the end of every limit on money, and of others that name shares', () => {
    expect(watchOf({})).toBeUndefined()
    expect(watchOf({ measure: 'usd' })).toEqual({
      amount: 100,
      percents: [],
      measure: 'usd',
      per: 'key',
      enforce: 'hard',
    })
    expect(watchOf({ alertPercent: [80], per: 'tag', tag: 'project', enforce: 'shadow' })).toEqual({
      amount: 100,
      percents: [80],
      measure: 'tokens',
      per: 'tag(project)',
      enforce: 'shadow',
    })
    expect(watchOf({ measure: 'concurrent', window: undefined, alertPercent: [80] })).toBeUndefined()
  })

  it('is the amount that holds at the moment', () => {
    const limit = { ...LIMIT, alertPercent: [80], override: { amount: 200, untilMs: NOON_MS + 1000 } }
    const amountAt = (atMs: number) => counterOf(limit, scopes, atMs)?.terms.watch?.amount
    expect([amountAt(NOON_MS), amountAt(NOON_MS + 1000), amountAt(NOON_MS)]).toEqual([200, 100, 200])
  })
})
