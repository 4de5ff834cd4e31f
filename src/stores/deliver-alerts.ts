/** Delivers what is due: a few at a time, again and later each time, until a receiver has it or three days are over. */

import type { Alert } from '../ground/alert.ts'
import type { AlertPost, Attempt, DeliveryState } from '../ports/alerts.ts'
import type { Clock, Random } from '../ports/clock.ts'

const FIRST_DELAY_MS = 1000
const DELAY_FACTOR = 4
const MAX_DELAY_MS = 12 * 3_600_000
const GIVE_UP_MS = 72 * 3_600_000
/** An invocation may have six connections. */
const AT_ONCE = 6
const AT_ONCE_EACH = 3
/** After this the alarm ends and is set anew, so that its other work is not held up. */
const RUN_MS = 20_000
/** Rounds without a success that make an outage: when it is over, nothing waits for its own turn. */
const OUTAGE_ROUNDS = 3

export interface Due {
  /** Which alert, in its table. */
  readonly key: number
  readonly destination: string
  readonly attempts: number
  readonly alert: Alert
}

export interface Noted {
  readonly state: DeliveryState
  readonly attempts: number
  readonly attemptedAtMs: number
  readonly nextAtMs: number
  readonly status?: number
  readonly error?: string
}

/** Where an account keeps its deliveries. */
export interface DeliveryTables {
  /** At most `most`, the longest due first, `each` for one destination; none for destinations that are paused. */
  due(nowMs: number, each: number, most: number): Due[]
  note(due: Due, noted: Noted): void
  /** Rounds in which nothing reached the destination, since something last did. */
  failures(destination: string): number
  pause(destination: string, failures: number, untilMs: number): void
  /** `hurryFromMs`: everything waiting for it is due then. */
  resume(destination: string, hurryFromMs: number | undefined): void
  giveUp(createdBeforeMs: number, error: string): void
}

export interface DeliveryOptions {
  readonly tables: DeliveryTables
  readonly post: AlertPost
  readonly clock: Clock
  readonly random: Random
}

/** One run; what is still due afterwards waits for the next. */
export async function deliverAlerts({ tables, post, clock, random }: DeliveryOptions): Promise<void> {
  const startedAtMs = clock.now()
  tables.giveUp(startedAtMs - GIVE_UP_MS, 'three days without an answer from the destination')
  for (let nowMs = startedAtMs; nowMs - startedAtMs < RUN_MS; nowMs = clock.now()) {
    const due = tables.due(nowMs, AT_ONCE_EACH, AT_ONCE)
    if (due.length === 0) return
    const attempts = await Promise.all(due.map(({ destination, alert }) => post.send(destination, alert)))
    const round = due.flatMap((each, index) => (attempts[index] ? [{ due: each, attempt: attempts[index] }] : []))
    noteRound(tables, round, clock.now(), random)
  }
}

interface Tried {
  readonly due: Due
  readonly attempt: Attempt
}

function noteRound(tables: DeliveryTables, round: readonly Tried[], nowMs: number, random: Random): void {
  for (const { due, attempt } of round) tables.note(due, notedOf(due, attempt, nowMs, random))
  // What is final says nothing about other alerts.
  const telling = round.filter(({ attempt }) => attempt.ok || !attempt.final)
  for (const [destination, tried] of Map.groupBy(telling, ({ due }) => due.destination)) {
    const failures = tables.failures(destination)
    if (tried.some(({ attempt }) => attempt.ok)) {
      if (failures > 0) tables.resume(destination, failures >= OUTAGE_ROUNDS ? nowMs : undefined)
    } else {
      const delays = tried.map(({ attempt }) => delayMs(failures + 1, attempt, random))
      tables.pause(destination, failures + 1, nowMs + Math.max(...delays))
    }
  }
}

function notedOf({ attempts: before, alert }: Due, attempt: Attempt, nowMs: number, random: Random): Noted {
  const attempts = before + 1
  const common = { attempts, attemptedAtMs: nowMs, nextAtMs: nowMs }
  if (attempt.ok) return { ...common, state: 'delivered', status: attempt.status }
  const { error, status } = attempt
  const nextAtMs = nowMs + delayMs(attempts, attempt, random)
  const over = attempt.final === true || nextAtMs > alert.createdAtMs + GIVE_UP_MS
  return { ...common, nextAtMs, state: over ? 'failed' : 'pending', error, ...(status !== undefined && { status }) }
}

/** After the first failure about a second, then four times as long each time, up to twelve hours; at random between half of it and all of it. */
export function delayMs(failures: number, attempt: Attempt, random: Random): number {
  const whole = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * DELAY_FACTOR ** (failures - 1))
  const asked = attempt.ok ? 0 : Math.min(MAX_DELAY_MS, attempt.retryAfterMs ?? 0)
  return Math.max(asked, Math.ceil(whole * (0.5 + random() / 2)))
}
