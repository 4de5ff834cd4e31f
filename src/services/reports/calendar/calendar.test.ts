import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PeriodKind, periodAt, readInstant } from './period.ts'
import { readZone, type Zone, zoneOffsets } from './zone.ts'

const HOUR_MS = 3_600_000

function zone(name: string): Zone {
  const found = readZone(name)
  if (!found.ok) throw new Error(found.error)
  return found.value
}

function span(kind: PeriodKind, zoneName: string, at: string): string {
  const { label, startMs, endMs } = periodAt(Date.parse(at), kind, zone(zoneName))
  const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16)
  return `${label} ${iso(startMs)} ${iso(endMs)} ${(endMs - startMs) / HOUR_MS}h`
}

describe('periods of a zone', () => {
  it.each([
    ['day', 'UTC', '2026-11-23T12:00Z', '2026-11-23 2026-11-23T00:00 2026-11-24T00:00 24h'],
    ['day', 'Europe/Berlin', '2026-03-29T12:00Z', '2026-03-29 2026-03-28T23:00 2026-03-29T22:00 23h'],
    ['day', 'Europe/Berlin', '2026-10-25T12:00Z', '2026-10-25 2026-10-24T22:00 2026-10-25T23:00 25h'],
    ['day', 'America/New_York', '2026-11-01T12:00Z', '2026-11-01 2026-11-01T04:00 2026-11-02T05:00 25h'],
    // Half an hour of summer time.
    ['day', 'Australia/Lord_Howe', '2026-10-04T03:00Z', '2026-10-04 2026-10-03T13:30 2026-10-04T13:00 23.5h'],
    // Clocks skip midnight itself: the day begins at 01:00.
    ['day', 'Africa/Cairo', '2026-04-24T12:00Z', '2026-04-24 2026-04-23T22:00 2026-04-24T21:00 23h'],
    ['day', 'Asia/Kathmandu', '2026-11-23T18:15Z', '2026-11-24 2026-11-23T18:15 2026-11-24T18:15 24h'],
    ['week', 'Europe/Berlin', '2026-10-25T12:00Z', '2026-10-19 2026-10-18T22:00 2026-10-25T23:00 169h'],
    ['week', 'UTC', '2027-01-01T00:00Z', '2026-12-28 2026-12-28T00:00 2027-01-04T00:00 168h'],
    ['month', 'Europe/Berlin', '2026-03-31T21:59Z', '2026-03 2026-02-28T23:00 2026-03-31T22:00 743h'],
    ['month', 'Europe/Berlin', '2026-03-31T22:00Z', '2026-04 2026-03-31T22:00 2026-04-30T22:00 720h'],
    ['month', 'America/New_York', '2026-12-31T23:00Z', '2026-12 2026-12-01T05:00 2027-01-01T05:00 744h'],
    ['month', 'Pacific/Kiritimati', '2026-01-31T10:00Z', '2026-02 2026-01-31T10:00 2026-02-28T10:00 672h'],
  ] as const)('%s in %s at %s', (kind, name, at, expected) => {
    expect(span(kind, name, at)).toBe(expected)
  })

  it('knows a day that a country left out', () => {
    // Samoa went from 29 to 31 December 2011.
    expect(span('day', 'Pacific/Apia', '2011-12-30T09:59Z')).toBe('2011-12-29 2011-12-29T10:00 2011-12-30T10:00 24h')
    expect(span('day', 'Pacific/Apia', '2011-12-30T10:00Z')).toBe('2011-12-31 2011-12-30T10:00 2011-12-31T10:00 24h')
  })

  it('holds the instant it was asked for, and its neighbours meet it without a gap', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Beirut')
    const kinds = fc.constantFrom<PeriodKind>('day', 'week', 'month')
    const instants = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2028, 0) })
    fc.assert(
      fc.property(zones, kinds, instants, (name, kind, atMs) => {
        const period = periodAt(atMs, kind, zone(name))
        expect(period.startMs).toBeLessThanOrEqual(atMs)
        expect(period.endMs).toBeGreaterThan(atMs)
        expect(periodAt(period.endMs, kind, zone(name)).startMs).toBe(period.endMs)
        expect(periodAt(period.startMs - 1, kind, zone(name)).endMs).toBe(period.startMs)
      }),
      { numRuns: 60 },
    )
  })
})

describe('zone offsets', () => {
  it('changes at the minute the clocks do', () => {
    const offsets = zoneOffsets(zone('America/New_York'), Date.UTC(2026, 0), Date.UTC(2027, 0))
    expect(offsets).toEqual([
      { fromMs: Date.UTC(2026, 0), offsetMs: -5 * HOUR_MS },
      { fromMs: Date.UTC(2026, 2, 8, 7), offsetMs: -4 * HOUR_MS },
      { fromMs: Date.UTC(2026, 10, 1, 6), offsetMs: -5 * HOUR_MS },
    ])
    expect(zoneOffsets(zone('UTC'), 0, Date.UTC(2027, 0))).toEqual([{ fromMs: 0, offsetMs: 0 }])
  })

  it('says what a zone is called when it does not know one', () => {
    const wrong = readZone('Mars/Olympus')
    expect(wrong).toMatchObject({ ok: false })
    expect(!wrong.ok && wrong.error).toContain('Europe/Berlin')
  })
})

describe('times on the command line', () => {
  it.each([
    ['2026-11-01', Date.UTC(2026, 9, 31, 23)],
    ['2026-11', Date.UTC(2026, 9, 31, 23)],
    ['2026-11-01T00:00:00Z', Date.UTC(2026, 10, 1)],
    ['2026-11-01T00:00:00+05:30', Date.UTC(2026, 9, 31, 18, 30)],
    ['1793491200000', 1_793_491_200_000],
  ])('reads %s', (text, expected) => {
    expect(readInstant(text, zone('Europe/Berlin'))).toEqual({ ok: true, value: expected })
  })

  it.each(['', 'yesterday', '2026-13-01', '2026-02-30', '2026-11-01T00:00:00', '-5'])('refuses %j', (text) => {
    expect(readInstant(text, zone('UTC')).ok).toBe(false)
  })
})
