/** What an account has to tell, each thing once: the rules that every account store shares. */

import type { Alert, AlertData, AlertSubject, AlertType } from '../ground/alert.ts'
import { type RandomBytes, randomBase62 } from '../ground/ids.ts'
import type { AlertPost } from '../ports/alerts.ts'
import type { Clock } from '../ports/clock.ts'

const DAY_MS = 86_400_000
/** Apps name users and tags at will, so limits for each of them may end without number. */
export const MOST_A_DAY = 1000

/** Where an account keeps its alerts. */
export interface AlertTables {
  /** `sinceMs` equal to `startMs`: for that window; earlier: for any from then on. */
  isRaised(once: string, startMs: number, sinceMs: number): boolean
  /** Remembered until `untilMs` at least. */
  setRaised(once: string, startMs: number, untilMs: number): void
  /** Alerts of a type created from then on. */
  countSince(type: AlertType, sinceMs: number): number
  /** Keeps the alert, to be delivered to each of the receivers. */
  add(alert: Alert, receivers: readonly string[]): void
}

/** What an alert is about, so that it is raised once for it. */
export interface Once {
  readonly about: readonly (string | number)[]
  readonly startMs: number
  /** Earlier than `startMs` where windows slide: then once in any span of that length. */
  readonly sinceMs?: number
  /** When nothing can be said about it any more. */
  readonly untilMs: number
}

export interface AlertNews {
  readonly type: AlertSubject
  readonly team: string | undefined
  readonly data: AlertData
  /** Absent where the news cannot come twice. */
  readonly once?: Once
}

export class AlertBook {
  readonly #tables: AlertTables
  readonly #post: Pick<AlertPost, 'receivers'>
  readonly #clock: Clock
  readonly #randomBytes: RandomBytes

  constructor(
    tables: AlertTables,
    options: { post: Pick<AlertPost, 'receivers'>; clock: Clock; randomBytes: RandomBytes },
  ) {
    this.#tables = tables
    this.#post = options.post
    this.#clock = options.clock
    this.#randomBytes = options.randomBytes
  }

  /** Raises an alert unless that was done before, or too much was told of its subject today. Call inside a transaction. */
  raise({ type, team, data, once }: AlertNews): void {
    if (once && !this.#first(type, once)) return
    const dayMs = Math.floor(this.#clock.now() / DAY_MS) * DAY_MS
    if (this.#tables.countSince(type, dayMs) < MOST_A_DAY) this.#add(type, type, team, data)
    else if (this.#first('alerts.muted', { about: [type], startMs: dayMs, untilMs: dayMs + DAY_MS }))
      this.#add('alerts.muted', type, team, { type, most_a_day: MOST_A_DAY, until: iso(dayMs + DAY_MS) })
  }

  #first(type: AlertType, { about, startMs, sinceMs = startMs, untilMs }: Once): boolean {
    const once = JSON.stringify([type, ...about])
    if (this.#tables.isRaised(once, startMs, sinceMs)) return false
    this.#tables.setRaised(once, startMs, Math.max(untilMs, this.#clock.now()))
    return true
  }

  #add(type: AlertType, subject: AlertSubject, team: string | undefined, data: AlertData): void {
    const alert: Alert = {
      id: `evt_${randomBase62(22, this.#randomBytes)}`,
      type,
      createdAtMs: this.#clock.now(),
      ...(team !== undefined && { team }),
      data,
    }
    this.#tables.add(alert, this.#post.receivers(subject, team))
  }
}

/** A time as alerts write it. */
export function iso(ms: number): string {
  return new Date(ms).toISOString()
}
