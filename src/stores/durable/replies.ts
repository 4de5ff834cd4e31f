/** The Replies Durable Object: first answers to calls with an idempotency key, for a day, on SQLite. */

import { DurableObject } from 'cloudflare:workers'
import type { Claimed, KeptReply, ReplyClaim } from '../../ports/replies.ts'
import { CLAIM_MS, judgeClaim, KEEP_MS, mayAnswer } from '../reply-rules.ts'
import { Waiters } from '../waiters.ts'
import { migrate } from './migrate.ts'
import { REPLY_MIGRATIONS, readReply, readReplyEntry } from './reply-schema.ts'

/** What is over is deleted this often; nobody sees it in between. */
const SWEEP_EVERY_MS = 10 * 60 * 1000
const SWEEP_ROWS = 200
/** An object that is this full notes that there was an answer instead of keeping it: 16 objects a team, 4 GiB. */
const MAX_STORED_BYTES = 256 * 1024 * 1024

const PUT = `INSERT INTO replies (id, asked, holder, state, until_ms, status, headers, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET asked = excluded.asked, holder = excluded.holder, state = excluded.state,
    until_ms = excluded.until_ms, status = excluded.status, headers = excluded.headers, body = excluded.body`

type Answer = readonly [status: number | null, headers: string | null, body: ArrayBuffer | null]

/** Implements the methods of `ReplyStore`. */
export class Replies extends DurableObject {
  readonly #sql: SqlStorage
  readonly #waiters = new Waiters()
  #alarmAtMs: number | undefined

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env as never) // no bindings are read here
    this.#sql = state.storage.sql
    void state.blockConcurrencyWhile(async () => {
      migrate(state.storage, REPLY_MIGRATIONS)
      this.#alarmAtMs = (await state.storage.getAlarm()) ?? undefined
    })
  }

  async claim(claim: ReplyClaim, waitMs: number): Promise<Claimed> {
    const deadlineMs = Date.now() + waitMs
    for (;;) {
      const { claimed, untilMs } = this.#claimNow(claim)
      if (claimed.state === 'yours') await this.#armAlarm()
      const nowMs = Date.now()
      if (claimed.state !== 'running' || nowMs >= deadlineMs) return claimed
      // Its claim may also run out without a word.
      await this.#waiters.wait(claim.id, Math.max(1, Math.min(deadlineMs, untilMs) - nowMs))
    }
  }

  async keep(claim: ReplyClaim, reply: KeptReply | undefined): Promise<void> {
    const fits = reply && this.#sql.databaseSize < MAX_STORED_BYTES
    this.ctx.storage.transactionSync(() => {
      const [cells] = this.#find(claim.id)
      if (!mayAnswer(cells && readReplyEntry(cells), claim)) return
      const untilMs = Date.now() + KEEP_MS
      if (fits) this.#put(claim, 'kept', untilMs, [reply.status, JSON.stringify(reply.headers), bufferOf(reply.body)])
      else this.#put(claim, 'unkept', untilMs)
    })
    this.#waiters.wake(claim.id)
    await this.#armAlarm()
  }

  release({ id, asked, holder }: ReplyClaim): void {
    this.#sql.exec(
      "DELETE FROM replies WHERE id = ? AND asked = ? AND holder = ? AND state = 'running'",
      id,
      asked,
      holder,
    )
    this.#waiters.wake(id)
  }

  override async alarm(): Promise<void> {
    this.#alarmAtMs = undefined
    this.#sql.exec(
      'DELETE FROM replies WHERE id IN (SELECT id FROM replies WHERE until_ms <= ? ORDER BY until_ms LIMIT ?)',
      Date.now(),
      SWEEP_ROWS,
    )
    await this.#armAlarm()
  }

  #claimNow(claim: ReplyClaim): { claimed: Claimed; untilMs: number } {
    return this.ctx.storage.transactionSync(() => {
      const [cells] = this.#find(claim.id)
      const entry = cells && readReplyEntry(cells)
      const state = judgeClaim(entry, claim, Date.now())
      const untilMs = entry?.untilMs ?? 0
      if (state === 'kept' && cells) return { claimed: { state, reply: readReply(cells) }, untilMs }
      if (state === 'yours') this.#put(claim, 'running', Date.now() + CLAIM_MS)
      return { claimed: { state: state === 'kept' ? 'unkept' : state }, untilMs }
    })
  }

  #find(id: string): Record<string, SqlStorageValue>[] {
    return this.#sql.exec('SELECT * FROM replies WHERE id = ?', id).toArray()
  }

  #put({ id, asked, holder }: ReplyClaim, state: string, untilMs: number, answer: Answer = [null, null, null]): void {
    this.#sql.exec(PUT, id, asked, holder, state, untilMs, ...answer)
  }

  /** The next sweep, when there is anything to sweep. What is over already is due at once. */
  async #armAlarm(): Promise<void> {
    const { at } = this.#sql.exec<{ at: number | null }>('SELECT MIN(until_ms) AS at FROM replies').one()
    if (at === null) return
    const nowMs = Date.now()
    const dueMs = at <= nowMs ? nowMs : Math.max(at, nowMs + SWEEP_EVERY_MS)
    if (this.#alarmAtMs !== undefined && this.#alarmAtMs <= dueMs) return
    this.#alarmAtMs = dueMs
    await this.ctx.storage.setAlarm(dueMs)
  }
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
