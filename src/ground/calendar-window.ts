/** Windows of time as limits count them: the second, day or fiscal month an instant falls into, in a time zone, or the span before it. */

export const CALENDAR_UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export type CalendarUnit = (typeof CALENDAR_UNITS)[number]

export interface CalendarRule {
  readonly every: CalendarUnit
  /** IANA name; days begin at midnight there. */
  readonly zone: string
  /** First day of the fiscal year (quarters and years) or of the month (its day alone); 1 January unless said. */
  readonly fiscalStart?: { readonly month: number; readonly day: number }
}

/** Every span of this length counts, wherever it begins. */
export interface SlidingRule {
  readonly slidingMs: number
}

export type WindowRule = CalendarRule | SlidingRule

export interface TimeWindow {
  /** Names the window; never after the instant it was found for. */
  readonly startMs: number
  /** The first instant after it. Of a sliding window: when the next of its parts begins. */
  readonly endMs: number
  /** What was counted from here on counts too: `startMs` itself, or the span before it. */
  readonly sinceMs: number
}

const SECOND_MS = 1000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** A sliding span is counted in this many parts; what was used leaves it with the whole part it fell into, never early. */
const PARTS_OF_A_SPAN = 60

/** The window of an instant. Windows of one rule cover all of time and a call falls into exactly one. */
export function windowAt(rule: WindowRule, atMs: number): TimeWindow {
  if ('slidingMs' in rule) return slidingAt(rule.slidingMs, atMs)
  switch (rule.every) {
    case 'second':
      return fixed(atMs, SECOND_MS, 0)
    case 'minute':
      return fixed(atMs, MINUTE_MS, 0)
    case 'hour':
      // Real hours, also where the clock goes back; only the minute at which they begin is the zone's.
      return fixed(atMs, HOUR_MS, zoneOffsetMs(rule.zone, atMs) % HOUR_MS)
    case 'day':
      return days(rule.zone, atMs, 1)
    case 'week':
      return days(rule.zone, atMs, 7)
    case 'month':
      return months(rule.zone, atMs, 1, { month: 1, day: rule.fiscalStart?.day ?? 1 })
    case 'quarter':
      return months(rule.zone, atMs, 3, rule.fiscalStart ?? NEW_YEAR)
    case 'year':
      return months(rule.zone, atMs, 12, rule.fiscalStart ?? NEW_YEAR)
  }
}

/** Whether this runtime knows a time zone by that name. */
export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name)
    return true
  } catch {
    return false
  }
}

const NEW_YEAR = { month: 1, day: 1 }

function slidingAt(spanMs: number, atMs: number): TimeWindow {
  const partMs = Math.max(SECOND_MS, Math.ceil(spanMs / PARTS_OF_A_SPAN))
  const startMs = Math.floor(atMs / partMs) * partMs
  return { startMs, endMs: startMs + partMs, sinceMs: startMs - spanMs }
}

function fixed(atMs: number, lengthMs: number, offsetMs: number): TimeWindow {
  const startMs = Math.floor((atMs + offsetMs) / lengthMs) * lengthMs - offsetMs
  return { startMs, endMs: startMs + lengthMs, sinceMs: startMs }
}

/** Days begin at local midnight, weeks on Monday. */
function days(zone: string, atMs: number, length: 1 | 7): TimeWindow {
  const day = Math.floor((atMs + zoneOffsetMs(zone, atMs)) / DAY_MS)
  // 1 January 1970 was a Thursday.
  const first = length === 1 ? day : day - ((((day + 3) % 7) + 7) % 7)
  return between(zone, first * DAY_MS, (first + length) * DAY_MS)
}

function months(zone: string, atMs: number, length: number, first: { month: number; day: number }): TimeWindow {
  const localMs = atMs + zoneOffsetMs(zone, atMs)
  const local = new Date(localMs)
  const month = local.getUTCFullYear() * 12 + local.getUTCMonth()
  const anchor = first.month - 1
  const startOf = (index: number): number => monthDay(anchor + index * length, first.day)
  const guess = Math.floor((month - anchor) / length)
  const index = startOf(guess) <= localMs ? guess : guess - 1
  return between(zone, startOf(index), startOf(index + 1))
}

/** A day of a month counted from year 0, or the month's last day where it is shorter; as local milliseconds. */
function monthDay(month: number, day: number): number {
  const year = Math.floor(month / 12)
  const last = new Date(Date.UTC(year, (month % 12) + 1, 0)).getUTCDate()
  return Date.UTC(year, month % 12, Math.min(day, last))
}

function between(zone: string, startLocalMs: number, endLocalMs: number): TimeWindow {
  const startMs = instantOf(zone, startLocalMs)
  return { startMs, endMs: instantOf(zone, endLocalMs), sinceMs: startMs }
}

/** The first instant at which the zone's clocks show this time or a later one. */
function instantOf(zone: string, localMs: number): number {
  const before = zoneOffsetMs(zone, localMs - DAY_MS)
  const after = zoneOffsetMs(zone, localMs + DAY_MS)
  const shown = [before, after]
    .map((offset) => localMs - offset)
    .filter((ms) => ms + zoneOffsetMs(zone, ms) === localMs)
  if (shown.length > 0) return Math.min(...shown)
  // The clocks jump over it: the window begins at the jump.
  let early = localMs - DAY_MS - before
  let late = localMs + DAY_MS - after
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2)
    if (middle + zoneOffsetMs(zone, middle) < localMs) early = middle
    else late = middle
  }
  return late
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Throws a RangeError for an unknown zone. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone)
  if (!formatter) {
    const number = 'numeric' as const
    const fields = { year: number, month: number, day: number, hour: number, minute: number, second: number }
    formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', era: 'short', ...fields })
    formatters.set(zone, formatter)
  }
  return formatter
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
function zoneOffsetMs(zone: string, atMs: number): number {
  if (zone === 'UTC') return 0
  const part = new Map(
    formatterOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  )
  const field = (name: Intl.DateTimeFormatPartTypes): number => Number(part.get(name))
  const shown = Date.UTC(
    field('year'),
    field('month') - 1,
    field('day'),
    field('hour'),
    field('minute'),
    field('second'),
  )
  return shown - Math.floor(atMs / SECOND_MS) * SECOND_MS
}
