/** The alerts of one account in SQLite: raised once, kept for a while, delivered by the account's alarm. */

import type { Alert, AlertData, AlertType } from '../../ground/alert.ts'
import type { AlertQuery, AlertRecord, Delivery, DeliveryState } from '../../ports/alerts.ts'
import type { AlertTables } from '../alert-book.ts'
import type { DeliveryTables, Due, Noted } from '../deliver-alerts.ts'

/** Alerts are listed this long. */
const KEEP_MS = 30 * 86_400_000
/** What was told stays known this long after nobody can say it again. */
const KEEP_RAISED_MS = 86_400_000
const FORGET_EVERY_MS = 3_600_000

const SELECT_DUE = `SELECT d.seq, d.destination, d.attempts, a.id, a.type, a.created_at_ms, a.team, a.data FROM (
    SELECT seq, destination, attempts, ROW_NUMBER() OVER (PARTITION BY destination ORDER BY next_at_ms, seq) AS place
    FROM deliveries WHERE state = 'pending' AND next_at_ms <= ?1
      AND destination NOT IN (SELECT name FROM receivers WHERE paused_until_ms > ?1)
  ) d JOIN alerts a USING (seq) WHERE d.place <= ?2 ORDER BY d.place, d.seq LIMIT ?3`

const SELECT_NEXT = `SELECT MIN(MAX(d.next_at_ms, COALESCE(r.paused_until_ms, 0))) AS at FROM
    (SELECT destination, MIN(next_at_ms) AS next_at_ms FROM deliveries WHERE state = 'pending' GROUP BY destination) d
    LEFT JOIN receivers r ON r.name = d.destination`

export class SqlAlerts implements AlertTables, DeliveryTables {
  readonly #sql: SqlStorage
  /** When the next delivery is due, as long as nothing has changed. */
  #next: { readonly atMs: number | undefined } | undefined
  #forgotAtMs = 0

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  isRaised(once: string, startMs: number, sinceMs: number): boolean {
    const untilMs = sinceMs === startMs ? startMs : Number.MAX_SAFE_INTEGER
    const found = this.#sql.exec(
      'SELECT 1 FROM raised WHERE once = ? AND start_ms >= ? AND start_ms <= ? LIMIT 1',
      once,
      sinceMs,
      untilMs,
    )
    return found.toArray().length > 0
  }

  setRaised(once: string, startMs: number, untilMs: number): void {
    this.#sql.exec('INSERT OR IGNORE INTO raised (once, start_ms, until_ms) VALUES (?, ?, ?)', once, startMs, untilMs)
  }

  countSince(type: AlertType, sinceMs: number): number {
    const { calls } = this.#sql
      .exec<{ calls: number }>(
        'SELECT COUNT(*) AS calls FROM alerts WHERE type = ? AND created_at_ms >= ?',
        type,
        sinceMs,
      )
      .one()
    return calls
  }

  add({ id, type, createdAtMs, team, data }: Alert, receivers: readonly string[]): void {
    this.#next = undefined
    this.#forgetOld(createdAtMs)
    const { seq } = this.#sql
      .exec<{ seq: number }>(
        'INSERT INTO alerts (id, type, created_at_ms, team, data) VALUES (?, ?, ?, ?, ?) RETURNING seq',
        id,
        type,
        createdAtMs,
        team ?? null,
        JSON.stringify(data),
      )
      .one()
    for (const destination of receivers)
      this.#sql.exec(
        "INSERT INTO deliveries (seq, destination, state, attempts, next_at_ms) VALUES (?, ?, 'pending', 0, ?)",
        seq,
        destination,
        createdAtMs,
      )
  }

  list({ limit, type, state }: AlertQuery): AlertRecord[] {
    const found = this.#sql.exec(
      `SELECT a.*, (SELECT json_group_array(json_array(destination, state, attempts, attempted_at_ms, next_at_ms, status, error))
          FROM (SELECT * FROM deliveries d WHERE d.seq = a.seq ORDER BY destination)) AS deliveries
        FROM alerts a WHERE (?1 IS NULL OR a.type = ?1)
          AND (?2 IS NULL OR EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = a.seq AND d.state = ?2))
        ORDER BY a.seq DESC LIMIT ?3`,
      type ?? null,
      state ?? null,
      limit,
    )
    return [...found].map((cells) => ({ ...readAlert(cells), deliveries: readDeliveries(String(cells.deliveries)) }))
  }

  due(nowMs: number, each: number, most: number): Due[] {
    return [...this.#sql.exec(SELECT_DUE, nowMs, each, most)].map((cells) => ({
      key: Number(cells.seq),
      destination: String(cells.destination),
      attempts: Number(cells.attempts),
      alert: readAlert(cells),
    }))
  }

  note({ key, destination }: Due, { state, attempts, attemptedAtMs, nextAtMs, status, error }: Noted): void {
    this.#next = undefined
    this.#sql.exec(
      `UPDATE deliveries SET state = ?, attempts = ?, attempted_at_ms = ?, next_at_ms = ?, status = ?, error = ?
        WHERE seq = ? AND destination = ?`,
      state,
      attempts,
      attemptedAtMs,
      nextAtMs,
      status ?? null,
      error ?? null,
      key,
      destination,
    )
  }

  failures(destination: string): number {
    const [row] = this.#sql
      .exec<{ failures: number }>('SELECT failures FROM receivers WHERE name = ?', destination)
      .toArray()
    return row?.failures ?? 0
  }

  pause(destination: string, failures: number, untilMs: number): void {
    this.#next = undefined
    this.#sql.exec(
      'INSERT OR REPLACE INTO receivers (name, failures, paused_until_ms) VALUES (?, ?, ?)',
      destination,
      failures,
      untilMs,
    )
  }

  resume(destination: string, hurryFromMs: number | undefined): void {
    this.#next = undefined
    this.#sql.exec('DELETE FROM receivers WHERE name = ?', destination)
    if (hurryFromMs === undefined) return
    this.#sql.exec(
      "UPDATE deliveries SET next_at_ms = ?1 WHERE destination = ?2 AND state = 'pending' AND next_at_ms > ?1",
      hurryFromMs,
      destination,
    )
  }

  giveUp(createdBeforeMs: number, error: string): void {
    this.#next = undefined
    this.#sql.exec(
      `UPDATE deliveries SET state = 'failed', error = COALESCE(error, ?)
        WHERE state = 'pending' AND seq IN (SELECT seq FROM alerts WHERE created_at_ms < ?)`,
      error,
      createdBeforeMs,
    )
  }

  /** When the next delivery is due; undefined when none is pending. Cheap while nothing changes. */
  nextDueMs(): number | undefined {
    if (!this.#next) {
      const { at } = this.#sql.exec<{ at: number | null }>(SELECT_NEXT).one()
      this.#next = { atMs: at ?? undefined }
    }
    return this.#next.atMs
  }

  /** Now and then, when there is something new. */
  #forgetOld(nowMs: number): void {
    if (nowMs - this.#forgotAtMs < FORGET_EVERY_MS) return
    this.#forgotAtMs = nowMs
    const before = nowMs - KEEP_MS
    this.#sql.exec('DELETE FROM deliveries WHERE seq IN (SELECT seq FROM alerts WHERE created_at_ms < ?)', before)
    this.#sql.exec('DELETE FROM alerts WHERE created_at_ms < ?', before)
    this.#sql.exec('DELETE FROM raised WHERE until_ms < ?', nowMs - KEEP_RAISED_MS)
  }
}

function readAlert(cells: Record<string, SqlStorageValue>): Alert {
  return {
    id: String(cells.id),
    type: String(cells.type) as AlertType, // written from an Alert only
    createdAtMs: Number(cells.created_at_ms),
    ...(cells.team !== null && { team: String(cells.team) }),
    data: JSON.parse(String(cells.data)) as AlertData, // written from an Alert only
  }
}

type DeliveryCells = [string, DeliveryState, number, number | null, number, number | null, string | null]

function readDeliveries(json: string): Delivery[] {
  const found = JSON.parse(json) as DeliveryCells[] // the columns of `deliveries`, whose types the table keeps
  return found.map(([destination, state, attempts, attemptedAtMs, nextAtMs, status, error]) => ({
    destination,
    state,
    attempts,
    ...(attemptedAtMs !== null && { attemptedAtMs }),
    ...(state === 'pending' && { nextAtMs }),
    ...(status !== null && { status }),
    ...(error !== null && { error }),
  }))
}
