/** What people and clients read of a limit: refusals to the letter, and rate-limit headers. */

import { describe, expect, it } from 'vitest'
import type { LimitSettings } from '../../config/limit-settings.ts'
import { LIMITS_UNREACHABLE, limitRefusal, priceUnknown } from './limit-refusal.ts'
import { limitState, tightest } from './limit-state.ts'
import type { CounterOfLimit } from './limit-terms.ts'

const NOON = Date.parse('2026-11-23T12:00:00Z')

function counter(fields: Partial<LimitSettings> = {}, amount = 60): CounterOfLimit {
  const limit: LimitSettings = {
    id: 'p/x',
    measure: 'requests',
    amount,
    per: 'key',
    enforce: 'hard',
    window: { every: 'hour', zone: 'UTC' },
    ...fields,
  }
  const window = { startMs: NOON, endMs: NOON + 3_600_000, sinceMs: NOON }
  const terms = { limit: 'p/x', scope: '', startMs: NOON, sinceMs: NOON, untilMs: window.endMs, kind: 'count' } as const
  return { limit, amount, window, terms }
}

const said = (
  fields: Partial<LimitSettings>,
  least: number,
  known?: { spent: number; reserved: number },
  amount = 60,
) => {
  const { message, retryAfterMs, retryable, status } = limitRefusal(
    counter(fields, amount),
    least,
    known,
    NOON + 10_000,
  )
  return { message, retryAfterMs, retryable, status }
}

describe('a refusal', () => {
  const hour = 'The limit "p/x" allows 60 requests an hour for each key'

  it('of what is used up names limit, window and reset', () => {
    expect(said({}, 1, { spent: 60, reserved: 0 })).toMatchObject({
      message: `${hour}, and what is left does not cover this call. It resets at 2026-11-23T13:00:00Z.`,
      retryAfterMs: 3_590_000,
      status: 429,
    })
    expect(said({}, 1)).toMatchObject({ retryAfterMs: 3_590_000 })
  })

  it('of what others hold says to come back soon, to the last unit', () => {
    const soon = `${hour}; calls under way hold the rest and may give some back. It resets at 2026-11-23T13:00:00Z.`
    expect(said({}, 2, { spent: 58, reserved: 2 })).toMatchObject({ message: soon, retryAfterMs: 1000 })
    expect(said({}, 2, { spent: 59, reserved: 1 })).toMatchObject({ retryAfterMs: 3_590_000 })
  })

  it('of a call larger than the limit says that waiting is no use', () => {
    expect(said({ measure: 'tokens', per: 'user' }, 61)).toMatchObject({
      message:
        'The limit "p/x" allows 60 tokens an hour for each user, and this call alone may use 61 tokens: ask for a shorter answer (max_tokens) or send less.',
      retryAfterMs: undefined,
      retryable: false,
    })
    expect(said({ measure: 'tokens' }, 60).message).toContain('what is left does not cover')
  })

  it('of calls at the same moment says to wait for one of them', () => {
    const { window: _, ...together } = counter({ measure: 'concurrent', per: 'route' }).limit
    const refusal = limitRefusal({ ...counter(), limit: together }, 1, { spent: 0, reserved: 60 }, NOON)
    expect(refusal).toMatchObject({
      message:
        'The limit "p/x" allows 60 calls at the same moment for each route, and that many are under way. Try again when one has ended.',
      retryAfterMs: 1000,
      status: 429,
    })
  })

  it('of a sliding window says that some of it comes back', () => {
    expect(
      said({ window: { slidingMs: 90_000 }, per: 'tag', tag: 'project', measure: 'input_tokens' }, 5, {
        spent: 60,
        reserved: 0,
      }).message,
    ).toBe(
      'The limit "p/x" allows 60 input tokens in any 90 seconds for each value of the tag "project", and what is left does not cover this call. Some of it comes back at 2026-11-23T13:00:00Z.',
    )
  })

  it('of money asks for money', () => {
    expect(
      said({ measure: 'usd', window: { every: 'month', zone: 'UTC' }, per: 'team' }, 2e9, undefined, 1.5e9),
    ).toMatchObject({
      message:
        'The limit "p/x" allows 1.5 USD a month for each team, and this call alone may use 2 USD: ask for a shorter answer (max_tokens) or send less.',
      status: 402,
    })
    expect(said({ measure: 'output_tokens', window: { every: 'day', zone: 'UTC' } }, 1).message).toContain(
      '60 output tokens a day for each key',
    )
  })

  it('without a price or an account says what to do', () => {
    expect(priceUnknown('support', ['a/b', 'c/d'])).toMatchObject({
      kind: 'invalid-request',
      code: 'price_unknown',
      message:
        'The route "support" has a hard limit in dollars, and there is no price for a/b, c/d. An admin can add the price, or let a policy assume one: budget: { on_unknown_price: assume, assume: { input: 5, output: 25 } }.',
    })
    expect(LIMITS_UNREACHABLE).toMatchObject({ kind: 'unavailable', retryAfterMs: 1000 })
  })
})

describe('what headers tell', () => {
  it.each([
    ['requests', 'requests'],
    ['tokens', 'tokens'],
    ['input_tokens', 'input-tokens'],
    ['output_tokens', 'output-tokens'],
  ] as const)('is how much is left of %s', (measure, unit) => {
    expect(limitState(counter({ measure }), 7.9)).toEqual({
      unit,
      amount: 60,
      remaining: 7,
      resetAtMs: NOON + 3_600_000,
    })
    expect(limitState(counter({ measure }), -3)?.remaining).toBe(0)
  })

  it('is nothing of money, calls at the same moment and what refuses nothing', () => {
    for (const fields of [
      { measure: 'usd' },
      { measure: 'concurrent' },
      { enforce: 'soft' },
      { enforce: 'shadow' },
    ] as const)
      expect(limitState(counter(fields), 5)).toBeUndefined()
  })

  it('is the least of several in one unit', () => {
    const [many, few, tokens] = [
      limitState(counter(), 9),
      limitState(counter({}, 10), 2),
      limitState(counter({ measure: 'tokens' }), 5),
    ]
    if (!many || !few || !tokens) throw new Error('there are states')
    expect(tightest([many, few, tokens])).toEqual([few, tokens])
    expect(tightest([few, many])).toEqual([few])
    expect(tightest([few, { ...few, amount: 99 }])).toEqual([few])
    expect(tightest([])).toEqual([])
  })
})
