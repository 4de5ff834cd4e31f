/** The table of keys, how it came to be, and its rows as key records. */

import type { KeyRecord, KeyRole } from '../../ports/keys.ts'
import type { Migrations } from './migrate.ts'

/** `changed` is the sequence number of the key's last change. Keys are never deleted, so it only grows. */
export const CONTROL_MIGRATIONS: Migrations = [
  [
    `CREATE TABLE keys (
      id TEXT PRIMARY KEY,
      digest TEXT NOT NULL,
      role TEXT NOT NULL,
      team TEXT NOT NULL,
      name TEXT NOT NULL,
      routes TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER,
      revoked_at_ms INTEGER,
      replaced_by TEXT,
      changed INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX keys_by_change ON keys (changed)',
  ],
]

/** Values for the columns `id` to `replaced_by`. */
export function keyColumns(record: KeyRecord): (string | number | null)[] {
  return [
    record.id,
    record.digest,
    record.role,
    record.team,
    record.name,
    JSON.stringify(record.routes),
    record.createdAtMs,
    record.expiresAtMs ?? null,
    record.revokedAtMs ?? null,
    record.replacedBy ?? null,
  ]
}

/** A selected row as a key record. */
export function readKey(cells: Record<string, SqlStorageValue>): KeyRecord {
  return {
    id: String(cells.id),
    digest: String(cells.digest),
    role: cells.role as KeyRole, // written from a KeyRecord only
    team: String(cells.team),
    name: String(cells.name),
    routes: JSON.parse(String(cells.routes)),
    createdAtMs: Number(cells.created_at_ms),
    ...(typeof cells.expires_at_ms === 'number' && { expiresAtMs: cells.expires_at_ms }),
    ...(typeof cells.revoked_at_ms === 'number' && { revokedAtMs: cells.revoked_at_ms }),
    ...(typeof cells.replaced_by === 'string' && { replacedBy: cells.replaced_by }),
  }
}
