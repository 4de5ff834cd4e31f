/** The Canary Durable Object: where the canary of one route stands, on SQLite. */

import { DurableObject } from 'cloudflare:workers'
import type { CanaryCommand, CanaryEvent, CanaryPlan, CanaryState } from '../../ground/canary.ts'
import type { CanaryReport, CanaryStanding, CanaryView } from '../../ports/canaries.ts'
import { type CanaryTables, takeCanaryReport, tellCanary, viewCanary } from '../canary/canary-book.ts'
import { type Migrations, migrate } from './migrate.ts'

/** An isolate that was silent for so long is gone. */
const FORGET_MS = 24 * 3600 * 1000
const KEPT_EVENTS = 100

/** `canaries`: the state of each plan that was ever in force. `reports`: the last report of each isolate. */
const MIGRATIONS: Migrations = [
  [
    'CREATE TABLE canaries (plan TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID',
    `CREATE TABLE events (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      plan TEXT NOT NULL,
      event TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX events_by_plan ON events (plan, seq)',
    'CREATE TABLE reports (isolate TEXT PRIMARY KEY, number INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  ],
]

/** Implements the methods of `CanaryStore`. */
export class Canary extends DurableObject implements CanaryTables {
  readonly #sql: SqlStorage

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env as never) // no bindings are read here
    this.#sql = state.storage.sql
    void state.blockConcurrencyWhile(async () => migrate(state.storage, MIGRATIONS))
  }

  report(plan: CanaryPlan, report: CanaryReport): CanaryStanding {
    return this.ctx.storage.transactionSync(() => takeCanaryReport(this, plan, report, Date.now()))
  }

  view(plan: CanaryPlan): CanaryView {
    return this.ctx.storage.transactionSync(() => viewCanary(this, plan, Date.now()))
  }

  command(plan: CanaryPlan, command: CanaryCommand, by: string): CanaryView {
    return this.ctx.storage.transactionSync(() => tellCanary(this, plan, { command, by }, Date.now()))
  }

  state(planId: string): CanaryState | undefined {
    const [row] = this.#sql.exec<{ state: string }>('SELECT state FROM canaries WHERE plan = ?', planId).toArray()
    return row && (JSON.parse(row.state) as CanaryState) // written from a CanaryState only
  }

  setState(planId: string, state: CanaryState): void {
    this.#sql.exec('INSERT OR REPLACE INTO canaries (plan, state) VALUES (?, ?)', planId, JSON.stringify(state))
  }

  addEvent(planId: string, event: CanaryEvent): void {
    this.#sql.exec('INSERT INTO events (plan, event) VALUES (?, ?)', planId, JSON.stringify(event))
  }

  events(planId: string): readonly CanaryEvent[] {
    return this.#sql
      .exec<{ event: string }>('SELECT event FROM events WHERE plan = ? ORDER BY seq DESC LIMIT ?', planId, KEPT_EVENTS)
      .toArray()
      .map(({ event }) => JSON.parse(event) as CanaryEvent) // written from a CanaryEvent only
  }

  lastReport(isolate: string): number {
    const [row] = this.#sql.exec<{ number: number }>('SELECT number FROM reports WHERE isolate = ?', isolate).toArray()
    return row?.number ?? 0
  }

  setLastReport(isolate: string, number: number, nowMs: number): void {
    this.#sql.exec('INSERT OR REPLACE INTO reports (isolate, number, at_ms) VALUES (?, ?, ?)', isolate, number, nowMs)
    this.#sql.exec('DELETE FROM reports WHERE at_ms < ?', nowMs - FORGET_MS)
  }
}
