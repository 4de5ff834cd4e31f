/** The AnswerCache Durable Object: answers kept for calls that ask the same, on SQLite. */

import { DurableObject } from 'cloudflare:workers'
import type { CacheFound, CacheQuestion, CacheTerms } from '../../ports/reply-cache.ts'
import { found, isFresh, MAX_COMPARED, MAX_TEXT_BYTES, nearest } from '../cache-rules.ts'
import { type Migrations, migrate } from './migrate.ts'

/** What is over is deleted this often; nobody sees it in between. */
const SWEEP_EVERY_MS = 10 * 60 * 1000
const SWEEP_ROWS = 500
/** An object that is this full forgets its oldest answers: 16 objects a shelf, 2 GiB. */
const MAX_STORED_BYTES = 128 * 1024 * 1024

/** `id` and `bucket` are digests and `vector` a direction: no question is stored, only answers. */
const MIGRATIONS: Migrations = [
  [
    `CREATE TABLE answers (
      id TEXT PRIMARY KEY,
      bucket TEXT NOT NULL,
      vector BLOB,
      stored_at_ms INTEGER NOT NULL,
      until_ms INTEGER NOT NULL,
      answer TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX answers_by_bucket ON answers (bucket, stored_at_ms) WHERE vector IS NOT NULL',
    'CREATE INDEX answers_by_end ON answers (until_ms)',
    'CREATE INDEX answers_by_age ON answers (stored_at_ms)',
  ],
]

const PUT = `INSERT OR REPLACE INTO answers (id, bucket, vector, stored_at_ms, until_ms, answer) VALUES (?, ?, ?, ?, ?, ?)`

interface Times {
  readonly stored_at_ms: number
  readonly until_ms: number
}

/** Implements the methods of `ReplyCache`. */
export class AnswerCache extends DurableObject {
  readonly #sql: SqlStorage
  #alarmAtMs: number | undefined

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env as never) // no bindings are read here
    this.#sql = state.storage.sql
    void state.blockConcurrencyWhile(async () => {
      migrate(state.storage, MIGRATIONS)
      this.#alarmAtMs = (await state.storage.getAlarm()) ?? undefined
    })
  }

  find({ id, bucket, vector }: CacheQuestion, terms: CacheTerms): CacheFound | undefined {
    const nowMs = Date.now()
    const same = this.#answer(id)
    if (same && isFresh(same, terms, nowMs)) return found(same, 'exact', 1)
    if (!vector || terms.threshold === undefined) return undefined
    const others = this.#sql
      .exec<{ id: string; vector: ArrayBuffer } & Record<keyof Times, number>>(
        `SELECT id, vector, stored_at_ms, until_ms FROM answers
         WHERE bucket = ? AND vector IS NOT NULL ORDER BY stored_at_ms DESC LIMIT ?`,
        bucket,
        MAX_COMPARED,
      )
      .toArray()
      .map((row) => ({ ...timesOf(row), id: row.id, vector: new Float32Array(row.vector) }))
      .filter((entry) => isFresh(entry, terms, nowMs))
    const near = nearest(others, vector, terms.threshold)
    const answer = near && this.#answer(near.entry.id)
    return answer && found(answer, 'semantic', near.similarity)
  }

  async keep({ id, bucket, vector }: CacheQuestion, text: string, ttlMs: number): Promise<void> {
    if (new TextEncoder().encode(text).length > MAX_TEXT_BYTES) return
    if (this.#sql.databaseSize > MAX_STORED_BYTES) this.#forgetOldest()
    const nowMs = Date.now()
    this.#sql.exec(PUT, id, bucket, vector ? bufferOf(vector) : null, nowMs, nowMs + ttlMs, text)
    await this.#armAlarm()
  }

  override async alarm(): Promise<void> {
    this.#alarmAtMs = undefined
    this.#sql.exec(
      'DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE until_ms <= ? ORDER BY until_ms LIMIT ?)',
      Date.now(),
      SWEEP_ROWS,
    )
    await this.#armAlarm()
  }

  #answer(id: string): { text: string; storedAtMs: number; untilMs: number } | undefined {
    const [row] = this.#sql
      .exec<{ answer: string } & Record<keyof Times, number>>(
        'SELECT answer, stored_at_ms, until_ms FROM answers WHERE id = ?',
        id,
      )
      .toArray()
    return row && { ...timesOf(row), text: row.answer }
  }

  /** An eighth of them, so that it need not be done for every answer. */
  #forgetOldest(): void {
    this.#sql.exec(`DELETE FROM answers WHERE id IN
      (SELECT id FROM answers ORDER BY stored_at_ms LIMIT (SELECT COUNT(*) / 8 + 1 FROM answers))`)
  }

  /** The next sweep, when there is anything to sweep. What is over already is due at once. */
  async #armAlarm(): Promise<void> {
    const { at } = this.#sql.exec<{ at: number | null }>('SELECT MIN(until_ms) AS at FROM answers').one()
    if (at === null) return
    const nowMs = Date.now()
    const dueMs = at <= nowMs ? nowMs : Math.max(at, nowMs + SWEEP_EVERY_MS)
    if (this.#alarmAtMs !== undefined && this.#alarmAtMs <= dueMs) return
    this.#alarmAtMs = dueMs
    await this.ctx.storage.setAlarm(dueMs)
  }
}

function timesOf(row: Times): { storedAtMs: number; untilMs: number } {
  return { storedAtMs: row.stored_at_ms, untilMs: row.until_ms }
}

function bufferOf(vector: Float32Array): ArrayBuffer {
  return new Float32Array(vector).buffer
}
