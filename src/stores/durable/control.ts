/** The Control Durable Object: the deployment's keys and a count of their changes, on SQLite. */

import { DurableObject } from 'cloudflare:workers'
import type { KeyChanges, KeyPatch, KeyRecord } from '../../ports/keys.ts'
import { CONTROL_MIGRATIONS, keyColumns, readKey } from './control-schema.ts'
import { migrate } from './migrate.ts'

/** More changed keys than this are reported as `'all'`. */
const MAX_CHANGED = 1000

const INSERT_KEY = `INSERT INTO keys (id, digest, role, team, name, routes, created_at_ms, expires_at_ms, revoked_at_ms, replaced_by, changed)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`

/** Implements the methods of `KeyStore`. Every one is idempotent, so that callers may repeat one whose answer they lost. */
export class Control extends DurableObject {
  readonly #sql: SqlStorage

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env as never) // no bindings are read here
    this.#sql = state.storage.sql
    migrate(state.storage, CONTROL_MIGRATIONS)
  }

  /** Throws if the id is taken by another key. */
  insert(record: KeyRecord): void {
    this.ctx.storage.transactionSync(() => this.#insert(record))
  }

  /** False if `id` is unknown; throws if the id of `next` is taken by another key. */
  replace(id: string, patch: KeyPatch, next: KeyRecord): boolean {
    return this.ctx.storage.transactionSync(() => {
      if (!this.#patch(id, patch)) return false
      this.#insert(next)
      return true
    })
  }

  get(id: string): KeyRecord | undefined {
    return this.#sql.exec('SELECT * FROM keys WHERE id = ?', id).toArray().map(readKey)[0]
  }

  /** Newest first. */
  list(): readonly KeyRecord[] {
    return this.#sql.exec('SELECT * FROM keys ORDER BY created_at_ms DESC, id DESC').toArray().map(readKey)
  }

  update(id: string, patch: KeyPatch): KeyRecord | undefined {
    return this.ctx.storage.transactionSync(() => this.#patch(id, patch))
  }

  /** Each change of a key raises the sequence by one; a key shows at the number of its last change. */
  changesSince(sequence: number): KeyChanges {
    const current = this.#sequence()
    if (sequence === current) return { sequence: current, changed: [] }
    // A number from the future means that an older copy of the data was restored.
    if (sequence > current) return { sequence: current, changed: 'all' }
    const changed = this.#sql
      .exec<{ id: string }>('SELECT id FROM keys WHERE changed > ? LIMIT ?', sequence, MAX_CHANGED + 1)
      .toArray()
    return { sequence: current, changed: changed.length > MAX_CHANGED ? 'all' : changed.map(({ id }) => id) }
  }

  #insert(record: KeyRecord): void {
    const existing = this.get(record.id)
    if (existing?.digest === record.digest) return
    if (existing) throw new Error(`The key id ${record.id} is taken.`)
    this.#sql.exec(INSERT_KEY, ...keyColumns(record), this.#sequence() + 1)
  }

  #patch(id: string, patch: KeyPatch): KeyRecord | undefined {
    const known = this.get(id)
    if (!known) return undefined
    const patched: KeyRecord = { ...known, ...patch }
    this.#sql.exec(
      'UPDATE keys SET expires_at_ms = ?, revoked_at_ms = ?, replaced_by = ?, changed = ? WHERE id = ?',
      patched.expiresAtMs ?? null,
      patched.revokedAtMs ?? null,
      patched.replacedBy ?? null,
      this.#sequence() + 1,
      id,
    )
    return patched
  }

  #sequence(): number {
    return this.#sql.exec<{ last: number | null }>('SELECT MAX(changed) AS last FROM keys').one().last ?? 0
  }
}
