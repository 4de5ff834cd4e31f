/** One line of credit, worked by hand: what it lets calls hold, what it tells the account and when. */

import { describe, expect, it } from 'vitest'
import type { CounterTerms, CreditGrant, CreditReport } from '../../ports/credit.ts'
import { CreditLine } from './credit-line.ts'

const TERMS: CounterTerms = {
  limit: 'l',
  scope: 's',
  startMs: 0,
  sinceMs: 0,
  untilMs: 10_000,
  kind: 'count',
  bound: 800,
}
const { bound: _, ...UNBOUNDED } = TERMS

function granted(total: number, spent = 0, reserved = 0): CreditGrant {
  return { limit: 'l', scope: 's', startMs: 0, granted: total, spent, reserved }
}

/** A report without its terms. */
function said(report: CreditReport | undefined) {
  if (!report) return undefined
  const { spent, returned, least, need, want } = report
  return { spent, returned, least, need, want, ...('smallest' in report && { smallest: report.smallest }) }
}

/** A line that was granted 60 of 800 while all others have 300. */
function funded(strict = false): CreditLine {
  const line = new CreditLine(TERMS, strict)
  const caller = {}
  line.wait(caller, 1, 60)
  const report = line.report(100, false)
  if (!report) throw new Error('nothing was asked')
  line.acknowledge(report, granted(60, 100, 200))
  line.stopWaiting(caller)
  return line
}

describe('a line of credit', () => {
  it('keeps what came for a call that has not taken it yet, whatever the next report says', () => {
    const line = new CreditLine(TERMS, false)
    const caller = {}
    line.wait(caller, 1, 1)
    const report = line.report(9990, false)
    if (!report) throw new Error('nothing was asked')
    line.acknowledge(report, granted(1))
    // Another call's report goes out before the caller has had its turn, and the window has ended.
    line.report(10_010, false)
    expect(line.fits(1, 1)).toBe(1)
    line.hold(1, 10_010)
    line.stopWaiting(caller)
    line.settle(1, 0)
    expect(said(line.report(10_020, false))).toMatchObject({ returned: 1 })
  })

  it('has nothing before the account has spoken, and asks for what calls wait for', () => {
    const line = new CreditLine(TERMS, false)
    expect([line.free, line.left, line.known, line.awaited, line.unconfirmed]).toEqual([
      0,
      undefined,
      undefined,
      false,
      false,
    ])
    expect(line.fits(1, 1)).toBeUndefined()
    line.wait('a' as unknown as object, 3, 10)
    line.wait('b' as unknown as object, 5, 20)
    expect(line.awaited).toBe(true)
    const report = line.report(100, false)
    expect(report).toMatchObject(TERMS)
    expect(said(report)).toEqual({ spent: 0, returned: 0, least: 3, need: 30, want: 30, smallest: 3 })
  })

  it('lets calls hold what is free, whole or in part', () => {
    const line = funded()
    expect([line.free, line.left, line.awaited]).toEqual([60, 560, false])
    expect([line.fits(60, 60), line.fits(61, 61), line.fits(10, 100), line.fits(60, 100), line.fits(61, 100)]).toEqual([
      60,
      undefined,
      60,
      60,
      undefined,
    ])
    line.hold(10, 1000)
    expect([line.free, line.left]).toEqual([50, 550])
    line.settle(10, 7)
    expect([line.free, line.left, line.unconfirmed]).toEqual([53, 553, true])
  })

  it('gives back what it does not need, keeps twice what a report takes, and says so once', () => {
    const line = funded()
    line.hold(10, 1000)
    line.settle(10, 7)
    const report = line.report(1100, false)
    expect(said(report)).toEqual({ spent: 7, returned: 33, least: 0, need: 0, want: 0 })
    // What is on its way back is nobody's any more, though the account does not know it yet.
    expect([line.free, line.left]).toEqual([20, 553])
    if (report) line.acknowledge(report, granted(60, 107, 253))
    expect([line.unconfirmed, line.left]).toEqual([false, 460])
    expect(line.report(1200, false)).toBeUndefined()
  })

  it('asks for more when less than half of what it keeps is left', () => {
    const line = funded()
    line.hold(10, 1000)
    line.settle(10, 7)
    const first = line.report(1100, false)
    if (first) line.acknowledge(first, granted(60, 107, 253))
    line.report(1200, false)
    line.hold(18, 1300)
    const asked = line.report(1300, false)
    expect(said(asked)).toEqual({ spent: 7, returned: 33, least: 0, need: 0, want: 94 })
    if (asked) line.acknowledge(asked, undefined)
    expect([line.free, line.known]).toEqual([2, { spent: 107, reserved: 253 }])
    // An old answer takes nothing back.
    if (first) line.acknowledge({ ...first, spent: 0, returned: 0 }, granted(50, 107, 253))
    expect([line.free, line.unconfirmed]).toEqual([2, false])
    line.settle(18, 18)
    expect(said(line.report(4300, false))).toEqual({ spent: 25, returned: 33, least: 0, need: 0, want: 76 })
    // Nobody took anything for three seconds.
    expect(said(line.report(4301, false))).toEqual({ spent: 25, returned: 35, least: 0, need: 0, want: 0 })
  })

  it('counts what is held and spent below what calls wait for', () => {
    const line = funded()
    line.hold(50, 1000)
    line.settle(20, 15)
    const caller = {}
    line.wait(caller, 4, 40)
    // 15 spent, 30 held, 15 free: in all 45 are used, and the guess is twice the 50 that were taken.
    expect(said(line.report(1100, false))).toEqual({
      spent: 15,
      returned: 0,
      least: 49,
      need: 85,
      want: 185,
      smallest: 4,
    })
  })

  it.each([
    ['the last report of a lease', { now: 1100, last: true, strict: false }],
    ['a strict limit', { now: 1100, last: false, strict: true }],
    ['a window that is over', { now: 10_000, last: false, strict: false }],
  ])('keeps nothing in %s', (_name, { now, last, strict }) => {
    const line = funded(strict)
    line.hold(10, now - 100)
    line.settle(10, 7)
    expect(said(line.report(now, last))).toEqual({ spent: 7, returned: 53, least: 0, need: 0, want: 0 })
    expect(line.free).toBe(0)
  })

  it('keeps no more than an eighth of the limit', () => {
    const line = new CreditLine(TERMS, false)
    line.wait(line, 1, 400)
    const report = line.report(100, false)
    if (report) line.acknowledge(report, granted(400))
    line.stopWaiting(line)
    line.hold(90, 200)
    line.settle(90, 0)
    expect(said(line.report(300, false))).toMatchObject({ returned: 300 })
    expect(line.free).toBe(100)
  })

  it('halves what it keeps with each report that nobody took from', () => {
    const line = funded()
    line.hold(10, 1000)
    line.settle(10, 0)
    line.report(1000, false)
    expect(line.free).toBe(20)
    line.report(1000, false)
    // Twice as much is not worth a report.
    expect(line.free).toBe(20)
    line.report(1000, false)
    expect(line.free).toBe(5)
  })

  it('is over when its window is, nothing is held or free and the account knows it all', () => {
    const line = funded()
    expect(line.isOver(10_001)).toBe(false)
    line.hold(60, 1000)
    expect(line.isOver(10_001)).toBe(false)
    line.settle(60, 60)
    expect(line.isOver(10_001)).toBe(false)
    const report = line.report(10_001, false)
    if (report) line.acknowledge(report, granted(60, 160, 140))
    expect([line.isOver(10_000), line.isOver(10_001)]).toEqual([false, true])
    line.wait(line, 1, 1)
    expect(line.isOver(10_001)).toBe(false)
    line.stopWaiting(line)
    line.hold(0, 0)
    expect(line.isOver(10_001)).toBe(true)
  })

  it('returns what is left when its window is over, and is over once that is known', () => {
    const line = funded()
    const report = line.report(10_001, false)
    expect(said(report)).toEqual({ spent: 0, returned: 60, least: 0, need: 0, want: 0 })
    expect([line.unconfirmed, line.isOver(10_001)]).toEqual([true, false])
    if (report) line.acknowledge(report, granted(60, 100, 140))
    expect([line.unconfirmed, line.isOver(10_001)]).toEqual([false, true])
  })

  it('only counts where there is no limit', () => {
    const line = new CreditLine(UNBOUNDED, false)
    expect([line.fits(5, 9), line.left]).toEqual([9, undefined])
    line.hold(9, 100)
    expect(said(line.report(100, false))).toEqual({ spent: 0, returned: 0, least: 0, need: 0, want: 9 })
    const report = line.report(100, false)
    if (report) line.acknowledge(report, granted(9))
    expect(line.report(100, false)).toBeUndefined()
    expect(line.left).toBeUndefined()
    line.settle(9, 4)
    expect(said(line.report(100, false))).toMatchObject({ spent: 4, returned: 5, want: 9 })
  })

  it('takes the terms of the latest call', () => {
    const line = funded()
    line.renew({ ...TERMS, bound: 400 }, true)
    expect(line.left).toBe(160)
    expect(said(line.report(200, false))).toMatchObject({ returned: 60 })
  })
})
