/** All lines of a lease together: calls hold every limit or none, and reports stay short. */

import { describe, expect, it } from 'vitest'
import type { CounterTerms } from '../../ports/credit.ts'
import { LeaseCredit, type Need } from './lease-credit.ts'

function terms(limit: string, bound?: number, startMs = 0): CounterTerms {
  return {
    limit,
    scope: 's',
    startMs,
    sinceMs: startMs,
    untilMs: startMs + 1000,
    kind: 'count',
    ...(bound !== undefined && { bound }),
  }
}

function need(limit: string, amount: number, bound: number | undefined = 1000, least = amount): Need {
  return { terms: terms(limit, bound), amount, least }
}

const ALL = { strict: false, least: false }
const PART = { strict: false, least: true }

/** Asks for the needs and grants each line so much. */
function fund(credit: LeaseCredit, needs: readonly Need[], grants: readonly number[], nowMs = 0): void {
  const waiting = credit.wait(needs, false)
  const sent = credit.send(nowMs, false)
  credit.acknowledge(
    sent,
    sent.reports.map(([, { limit, scope, startMs }], index) => ({
      limit,
      scope,
      startMs,
      granted: grants[index] ?? 0,
      spent: 10,
      reserved: 30,
    })),
  )
  waiting.done()
}

describe('the credit of a lease', () => {
  it('is held for all limits or for none', () => {
    const credit = new LeaseCredit()
    const needs = [need('a', 10), need('b', 10)]
    expect(credit.take(needs, 0, ALL)).toBeUndefined()
    fund(credit, needs, [10, 9])
    expect(credit.take(needs, 0, ALL)).toBeUndefined()
    expect(credit.take([need('a', 10)], 0, ALL)?.amounts).toEqual([10])
  })

  it('is held in part only where that is asked for and enough', () => {
    const credit = new LeaseCredit()
    fund(credit, [need('a', 10, 1000, 4)], [6])
    expect(credit.take([need('a', 10, 1000, 4)], 0, ALL)).toBeUndefined()
    expect(credit.take([need('a', 10, 1000, 7)], 0, PART)).toBeUndefined()
    const held = credit.take([need('a', 10, 1000, 4)], 0, PART)
    expect([held?.amounts, held?.left, held?.known]).toEqual([[6], [960], [40]])
  })

  it('says nothing of what the account has not told', () => {
    const held = new LeaseCredit().take([{ terms: terms('soft'), amount: 3, least: 3 }], 0, ALL)
    expect([held?.amounts, held?.left, held?.known]).toEqual([[3], [undefined], [undefined]])
  })

  it('is left to those who wait, but for limits that refuse nothing', () => {
    const credit = new LeaseCredit()
    fund(credit, [need('a', 10)], [10])
    const waiting = credit.wait([need('a', 5), { terms: terms('soft'), amount: 1, least: 1 }], false)
    expect(credit.take([need('a', 10)], 0, ALL)).toBeUndefined()
    expect(credit.take([need('a', 10)], 0, PART)?.amounts).toEqual([10])
    expect(credit.take([{ terms: terms('soft'), amount: 1, least: 1 }], 0, ALL)).toBeDefined()
    waiting.done()
    expect(credit.take([need('a', 0)], 0, ALL)?.amounts).toEqual([0])
  })

  it('is settled once, and may be made smaller before', () => {
    const credit = new LeaseCredit()
    fund(credit, [need('a', 10), need('b', 20)], [10, 20])
    const held = credit.take([need('a', 10), need('b', 20)], 0, ALL)
    held?.shrink([4, 50])
    expect(held?.amounts).toEqual([4, 20])
    expect(credit.take([need('a', 7)], 0, ALL)).toBeUndefined()
    expect(credit.take([need('a', 6)], 0, ALL)?.amounts).toEqual([6])
    held?.settle([1, 2])
    held?.settle([4, 20])
    held?.shrink([0, 0])
    expect(credit.take([need('a', 3)], 0, ALL)?.amounts).toEqual([3])
    expect(credit.take([need('a', 1)], 0, ALL)).toBeUndefined()
    expect(credit.take([need('b', 19)], 0, ALL)).toBeUndefined()
    expect(credit.take([need('b', 18)], 0, ALL)?.amounts).toEqual([18])
  })

  it('says which limit was short and what is known of it', () => {
    const credit = new LeaseCredit()
    fund(credit, [need('a', 10), need('b', 20)], [10, 5])
    expect(credit.shortage([need('a', 10), need('b', 20)])).toMatchObject({
      need: { terms: { limit: 'b' } },
      known: { spent: 10, reserved: 30 },
    })
    expect(credit.shortage([need('a', 10), need('b', 20, 1000, 5)])).toBeUndefined()
    expect(credit.shortage([need('c', 1)])).toBeUndefined()
  })

  it('puts 2,000 counters into a report, and answers questions only with the last part', () => {
    const credit = new LeaseCredit()
    const needs = Array.from({ length: 2001 }, (_, index) => need(`l${index}`, 1))
    const { question } = credit.wait(needs, false)
    const first = credit.send(0, false)
    expect([first.reports.length, first.complete, credit.dirty, first.asked]).toEqual([2000, false, true, 0])
    credit.acknowledge(
      first,
      first.reports.map(([, { limit, scope, startMs }]) => ({
        limit,
        scope,
        startMs,
        granted: 1,
        spent: 0,
        reserved: 1,
      })),
    )
    expect(credit.answered).toBe(0)
    for (const { terms } of needs.slice(0, 2000)) credit.shortage([{ terms, amount: 1, least: 1 }])
    expect(question).toBe(1)
  })

  it('sends just 2,000 as one whole report', () => {
    const credit = new LeaseCredit()
    credit.wait(
      Array.from({ length: 2000 }, (_, index) => need(`l${index}`, 1)),
      false,
    )
    const sent = credit.send(0, false)
    expect([sent.reports.length, sent.complete, credit.dirty, sent.asked]).toEqual([2000, true, false, 1])
  })

  it('is full with more than 5,000 counters, and forgets those whose window is over', () => {
    const credit = new LeaseCredit()
    for (let index = 0; index < 5000; index++) credit.take([need(`l${index}`, 1, undefined)], 0, ALL)?.settle([0])
    expect(credit.full).toBe(false)
    credit.take([need('one more', 1)], 0, ALL)
    expect(credit.full).toBe(true)
    const only = new LeaseCredit()
    only.take([need('a', 1)], 0, ALL)
    expect(only.send(1001, false).reports).toEqual([])
    fund(only, [need('a', 1)], [0], 500)
    expect(only.shortage([need('a', 1)])?.known).toEqual({ spent: 10, reserved: 30 })
    only.send(1001, false)
    expect(only.shortage([need('a', 1)])).toBeUndefined()
  })

  it('takes the terms of the latest call', () => {
    const credit = new LeaseCredit()
    fund(credit, [need('a', 10)], [10])
    expect(credit.take([need('a', 1, 500)], 0, ALL)?.left).toEqual([469])
  })
})
