/** Time zones by their IANA names: when their clocks stand how far from UTC. */

import { err, ok, type Result } from '../../../ground/result.ts'
import type { ZoneOffset } from '../../../ports/accounts.ts'

/** A zone whose name the runtime knows. */
export interface Zone {
  readonly name: string
  /** What local clocks show at that instant, less UTC, in milliseconds. */
  offsetAt(atMs: number): number
}

const MINUTE_MS = 60_000
/** Shorter than the time between any two changes of one zone's clocks that lie in the ledger's lifetime. */
const STEP_MS = 7 * 86_400_000

/** The zone of that name; the error says what a name looks like. */
export function readZone(name: string): Result<Zone, string> {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
    return ok({ name, offsetAt: (atMs) => readOffset(format, atMs) })
  } catch {
    return err(`"${name.slice(0, 60)}" is not a time zone; write a name such as UTC, Europe/Berlin or America/New_York`)
  }
}

/** The offsets that hold from `fromMs` to `untilMs`, exact to the minute: one, and one more for each change of the clocks. */
export function zoneOffsets(zone: Zone, fromMs: number, untilMs: number): ZoneOffset[] {
  const offsets: ZoneOffset[] = [{ fromMs, offsetMs: zone.offsetAt(fromMs) }]
  for (let atMs = fromMs; atMs < untilMs; atMs += STEP_MS) {
    const nextMs = Math.min(atMs + STEP_MS, untilMs)
    const before = zone.offsetAt(atMs)
    const after = zone.offsetAt(nextMs)
    if (before !== after) offsets.push({ fromMs: changeBetween(zone, atMs, nextMs, before), offsetMs: after })
  }
  return offsets
}

/** The minute at which the offset ceases to be `before`; clocks change on whole minutes. */
function changeBetween(zone: Zone, fromMs: number, untilMs: number, before: number): number {
  let low = Math.floor(fromMs / MINUTE_MS)
  let high = Math.ceil(untilMs / MINUTE_MS)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (zone.offsetAt(middle * MINUTE_MS) === before) low = middle
    else high = middle
  }
  return high * MINUTE_MS
}

function readOffset(format: Intl.DateTimeFormat, atMs: number): number {
  const name = format.formatToParts(atMs).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes, seconds] = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name) ?? []
  if (sign === undefined) return 0
  const offsetMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds ?? 0)) * 1000
  return sign === '-' ? -offsetMs : offsetMs
}
