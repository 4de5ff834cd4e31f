/** Calendar days, weeks and months of a zone, as instants. */

import { assertNever, err, ok, type Result } from '../../../ground/result.ts'
import { type Zone, zoneOffsets } from './zone.ts'

export type PeriodKind = 'day' | 'week' | 'month'

export interface Period {
  readonly kind: PeriodKind
  /** `2026-11-23` of a day, the date of the Monday of a week, `2026-11` of a month. */
  readonly label: string
  readonly startMs: number
  /** The first instant after it: a day with a change of the clocks has 23 or 25 hours. */
  readonly endMs: number
}

const DAY_MS = 86_400_000

/** The period an instant lies in. */
export function periodAt(atMs: number, kind: PeriodKind, zone: Zone): Period {
  const local = new Date(atMs + zone.offsetAt(atMs))
  const dayMs = Math.floor(local.getTime() / DAY_MS) * DAY_MS
  switch (kind) {
    case 'day':
      return between(kind, dayMs, dayMs + DAY_MS, zone)
    case 'week': {
      const mondayMs = dayMs - ((local.getUTCDay() + 6) % 7) * DAY_MS
      return between(kind, mondayMs, mondayMs + 7 * DAY_MS, zone)
    }
    case 'month': {
      const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()]
      return between(kind, Date.UTC(year, month), Date.UTC(year, month + 1), zone)
    }
    default:
      return assertNever(kind)
  }
}

/**
 * The first instant of a local date (`2026-11-23`, `2026-11` for the first of a month), or the instant an ISO time or a number
 * of milliseconds names. The error says what may be written.
 */
export function readInstant(text: string, zone: Zone): Result<number, string> {
  const date = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text)
  if (date) {
    const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3] ?? 1)]
    const dateMs = Date.UTC(year, month - 1, day)
    const real = new Date(dateMs).getUTCMonth() === month - 1 && new Date(dateMs).getUTCDate() === day
    return real ? ok(startOfDate(dateMs, zone)) : err(`"${text}" is not a date of the calendar`)
  }
  // A time without an offset would mean the zone of whatever machine reads it.
  const absolute = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text)
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : absolute ? Date.parse(text) : Number.NaN
  if (Number.isSafeInteger(ms)) return ok(ms)
  return err('write a date such as 2026-11-01, a time such as 2026-11-01T00:00:00Z, or milliseconds since 1970')
}

function between(kind: PeriodKind, startDateMs: number, endDateMs: number, zone: Zone): Period {
  const label = new Date(startDateMs).toISOString().slice(0, kind === 'month' ? 7 : 10)
  return { kind, label, startMs: startOfDate(startDateMs, zone), endMs: startOfDate(endDateMs, zone) }
}

/** The first instant whose local date is that of `dateMs`, which is midnight UTC of the date; later than 00:00 where clocks skip it. */
function startOfDate(dateMs: number, zone: Zone): number {
  const segments = zoneOffsets(zone, dateMs - 2 * DAY_MS, dateMs + 2 * DAY_MS)
  for (const [index, { fromMs, offsetMs }] of segments.entries()) {
    const startMs = Math.max(fromMs, dateMs - offsetMs)
    if (startMs < (segments[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY)) return startMs
  }
  return dateMs
}
