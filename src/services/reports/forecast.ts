/** Where spend will stand when a period ends, by the run rate of whole days. */

import type { NanoDollars } from '../../ground/money.ts'

export interface ForecastInput {
  /** Known cost from the period's start until now. */
  readonly spentNano: NanoDollars
  readonly startMs: number
  readonly nowMs: number
  readonly endMs: number
  /** Known cost of whole days before now, of this period or earlier; a day without calls is a zero. At most 28 are useful. */
  readonly wholeDaysNano: readonly NanoDollars[]
}

export interface Forecast {
  readonly method: string
  readonly expectedNano: NanoDollars
  /** About 19 in 20 periods end inside the band if days keep varying as they did. Absent with fewer than three whole days. */
  readonly lowNano?: NanoDollars
  readonly highNano?: NanoDollars
  /** Whole days the rate was taken from; 0 means from the time since the period began. */
  readonly days: number
}

const DAY_MS = 86_400_000
/** Two-sided 95 % of the normal distribution. */
const BAND = 1.96

const BY_DAYS =
  'spent so far + mean of the whole days × days left; the band is ±1.96 × their standard deviation × √(left + left² ÷ days), never below what is spent'
const BY_TIME = 'spent so far ÷ time gone × time left; no band from fewer than three whole days'

/** Spent so far plus the run rate of the days left. Cost that is unknown is in neither. */
export function forecast(input: ForecastInput): Forecast {
  const { spentNano, startMs, nowMs, endMs, wholeDaysNano } = input
  const leftDays = Math.max(0, endMs - nowMs) / DAY_MS
  if (wholeDaysNano.length < 3) {
    const goneDays = (nowMs - startMs) / DAY_MS
    const more = goneDays > 0 ? scale(spentNano, leftDays / goneDays) : 0n
    return { method: BY_TIME, expectedNano: spentNano + more, days: 0 }
  }
  const days = wholeDaysNano.map(Number)
  const mean = days.reduce((sum, day) => sum + day, 0) / days.length
  const variance = days.reduce((sum, day) => sum + (day - mean) ** 2, 0) / (days.length - 1)
  const expectedNano = spentNano + rounded(mean * leftDays)
  // The days left vary by themselves, and their mean is only known from the days seen.
  const width = rounded(BAND * Math.sqrt(variance * (leftDays + leftDays ** 2 / days.length)))
  const lowNano = expectedNano - width
  return {
    method: BY_DAYS,
    expectedNano,
    lowNano: lowNano < spentNano ? spentNano : lowNano,
    highNano: expectedNano + width,
    days: days.length,
  }
}

function scale(nano: NanoDollars, factor: number): NanoDollars {
  return rounded(Number(nano) * factor)
}

/** An estimate: a double's 53 bits are more than its method deserves. */
function rounded(value: number): NanoDollars {
  return BigInt(Math.round(value))
}
