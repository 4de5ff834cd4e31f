import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CALENDAR_UNITS, isTimeZone, type WindowRule, windowAt } from './calendar-window.ts'

const BERLIN = 'Europe/Berlin'

/** Rule, instant, start and end, all in UTC. */
const TABLE: readonly [name: string, rule: WindowRule, at: string, start: string, end: string][] = [
  [
    'a second',
    { every: 'second', zone: 'UTC' },
    '2026-11-23T12:00:01.999Z',
    '2026-11-23T12:00:01Z',
    '2026-11-23T12:00:02Z',
  ],
  [
    'a minute',
    { every: 'minute', zone: BERLIN },
    '2026-11-23T12:00:59.999Z',
    '2026-11-23T12:00:00Z',
    '2026-11-23T12:01:00Z',
  ],
  ['an hour', { every: 'hour', zone: 'UTC' }, '2026-11-23T12:59:00Z', '2026-11-23T12:00:00Z', '2026-11-23T13:00:00Z'],
  [
    'an hour where clocks are 45 minutes off',
    { every: 'hour', zone: 'Asia/Kathmandu' },
    '2026-11-23T12:10:00Z',
    '2026-11-23T11:15:00Z',
    '2026-11-23T12:15:00Z',
  ],
  [
    'the first of two hours shown as 2 o’clock',
    { every: 'hour', zone: BERLIN },
    '2026-10-25T00:30:00Z',
    '2026-10-25T00:00:00Z',
    '2026-10-25T01:00:00Z',
  ],
  [
    'the second of two hours shown as 2 o’clock',
    { every: 'hour', zone: BERLIN },
    '2026-10-25T01:30:00Z',
    '2026-10-25T01:00:00Z',
    '2026-10-25T02:00:00Z',
  ],
  ['a day', { every: 'day', zone: 'UTC' }, '2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z'],
  [
    'a day of 23 hours',
    { every: 'day', zone: BERLIN },
    '2026-03-29T12:00:00Z',
    '2026-03-28T23:00:00Z',
    '2026-03-29T22:00:00Z',
  ],
  [
    'a day of 25 hours',
    { every: 'day', zone: BERLIN },
    '2026-10-25T12:00:00Z',
    '2026-10-24T22:00:00Z',
    '2026-10-25T23:00:00Z',
  ],
  [
    'a day whose midnight does not exist',
    { every: 'day', zone: 'America/Santiago' },
    '2026-09-06T12:00:00Z',
    '2026-09-06T04:00:00Z',
    '2026-09-07T03:00:00Z',
  ],
  [
    'a day that has midnight twice',
    { every: 'day', zone: 'America/Havana' },
    '2026-11-01T12:00:00Z',
    '2026-11-01T04:00:00Z',
    '2026-11-02T05:00:00Z',
  ],
  [
    'the day before a skipped day',
    { every: 'day', zone: 'Pacific/Apia' },
    '2011-12-30T09:00:00Z',
    '2011-12-29T10:00:00Z',
    '2011-12-30T10:00:00Z',
  ],
  [
    'the day after a skipped day',
    { every: 'day', zone: 'Pacific/Apia' },
    '2011-12-30T10:00:00Z',
    '2011-12-30T10:00:00Z',
    '2011-12-31T10:00:00Z',
  ],
  [
    'a week from Monday',
    { every: 'week', zone: 'UTC' },
    '2026-11-29T23:59:59Z',
    '2026-11-23T00:00:00Z',
    '2026-11-30T00:00:00Z',
  ],
  [
    'a week with a short day',
    { every: 'week', zone: BERLIN },
    '2026-03-29T20:00:00Z',
    '2026-03-22T23:00:00Z',
    '2026-03-29T22:00:00Z',
  ],
  [
    'a month',
    { every: 'month', zone: 'UTC' },
    '2024-02-29T23:59:59.999Z',
    '2024-02-01T00:00:00Z',
    '2024-03-01T00:00:00Z',
  ],
  [
    'a month by the local date',
    { every: 'month', zone: 'America/Los_Angeles' },
    '2026-12-01T05:00:00Z',
    '2026-11-01T07:00:00Z',
    '2026-12-01T08:00:00Z',
  ],
  [
    'a month from the 26th',
    { every: 'month', zone: 'UTC', fiscalStart: { month: 1, day: 26 } },
    '2026-11-25T23:00:00Z',
    '2026-10-26T00:00:00Z',
    '2026-11-26T00:00:00Z',
  ],
  [
    'a month from the 31st, in a short month',
    { every: 'month', zone: 'UTC', fiscalStart: { month: 1, day: 31 } },
    '2026-02-28T00:00:00Z',
    '2026-02-28T00:00:00Z',
    '2026-03-31T00:00:00Z',
  ],
  [
    'a quarter',
    { every: 'quarter', zone: 'UTC' },
    '2026-06-30T23:00:00Z',
    '2026-04-01T00:00:00Z',
    '2026-07-01T00:00:00Z',
  ],
  [
    'a fiscal quarter',
    { every: 'quarter', zone: 'UTC', fiscalStart: { month: 2, day: 1 } },
    '2026-01-31T23:00:00Z',
    '2025-11-01T00:00:00Z',
    '2026-02-01T00:00:00Z',
  ],
  [
    'a fiscal year',
    { every: 'year', zone: 'Europe/London', fiscalStart: { month: 4, day: 6 } },
    '2026-04-05T22:59:59Z',
    '2025-04-05T23:00:00Z',
    '2026-04-05T23:00:00Z',
  ],
  ['a year', { every: 'year', zone: 'UTC' }, '2026-12-31T23:59:59Z', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
]

describe('windowAt', () => {
  it.each(TABLE)('%s', (_, rule, at, start, end) => {
    const window = windowAt(rule, Date.parse(at))
    expect([new Date(window.startMs), new Date(window.endMs)]).toEqual([new Date(start), new Date(end)])
    expect(window.sinceMs).toBe(window.startMs)
  })

  it('counts everything of a sliding span and a little more, never less', () => {
    const noon = Date.parse('2026-11-23T12:00:30Z')
    const { startMs, endMs, sinceMs } = windowAt({ slidingMs: 3_600_000 }, noon)
    expect(startMs).toBe(noon - 30_000)
    expect(endMs).toBe(noon + 30_000)
    expect(sinceMs).toBeLessThanOrEqual(noon - 3_600_000)
    expect(sinceMs).toBeGreaterThanOrEqual(noon - 3_660_000)
  })

  it('puts every instant into exactly one window, which ends where the next begins', () => {
    const zones = [
      'UTC',
      BERLIN,
      'America/New_York',
      'America/Santiago',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'America/Havana',
    ]
    const rule = fc.record({
      every: fc.constantFrom(...CALENDAR_UNITS),
      zone: fc.constantFrom(...zones),
      fiscalStart: fc.record({ month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 31 }) }),
    })
    const instant = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2040, 0) })
    fc.assert(
      fc.property(rule, instant, (each, atMs) => {
        const window = windowAt(each, atMs)
        expect(window.startMs).toBeLessThanOrEqual(atMs)
        expect(window.endMs).toBeGreaterThan(atMs)
        expect(windowAt(each, window.startMs)).toEqual(window)
        expect(windowAt(each, window.endMs - 1)).toEqual(window)
        expect(windowAt(each, window.endMs).startMs).toBe(window.endMs)
      }),
      { numRuns: 400 },
    )
  })
})

describe('isTimeZone', () => {
  it('knows IANA names and nothing else', () => {
    expect(['UTC', 'Europe/Berlin', 'Asia/Kolkata'].map(isTimeZone)).toEqual([true, true, true])
    expect(['Europe/Berlln', '', 'Mars/Olympus'].map(isTimeZone)).toEqual([false, false, false])
  })
})
