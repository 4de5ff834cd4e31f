/** The tables of an account and how they came to be. */

import type { Migrations } from './migrate.ts'

/**
 * `leases`: one row per block of call slots. `entries`: what is known of each call, written once and never changed. A call
 * has an entry `call`; or `unreported`, if its lease ended first; and then `late`, if its isolate was alive after all: the
 * late entry is the one that counts. Usage units are columns so that sums need no JSON; all NULL when usage is unknown.
 */
export const ACCOUNT_MIGRATIONS: Migrations = [
  [
    `CREATE TABLE leases (
      id TEXT PRIMARY KEY,
      team TEXT NOT NULL,
      used INTEGER NOT NULL,
      granted INTEGER NOT NULL,
      seen_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER,
      closed INTEGER NOT NULL DEFAULT 0
    ) STRICT`,
    'CREATE INDEX open_leases ON leases (expires_at_ms) WHERE ended_at_ms IS NULL',
    'CREATE INDEX broken_leases ON leases (ended_at_ms) WHERE ended_at_ms IS NOT NULL AND closed = 0',
    `CREATE TABLE entries (
      request_id TEXT NOT NULL,
      entry TEXT NOT NULL,
      admitted_at_ms INTEGER NOT NULL,
      team TEXT NOT NULL,
      key_id TEXT NOT NULL,
      user TEXT,
      route TEXT NOT NULL,
      target TEXT NOT NULL,
      provider TEXT NOT NULL,
      requested_model TEXT NOT NULL,
      answered_model TEXT,
      client_wire TEXT NOT NULL,
      upstream_wire TEXT,
      stream INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      status INTEGER NOT NULL,
      error_kind TEXT,
      usage_input INTEGER,
      usage_cache_read INTEGER,
      usage_cache_write_5m INTEGER,
      usage_cache_write_1h INTEGER,
      usage_output INTEGER,
      usage_reasoning INTEGER,
      usage_audio_in INTEGER,
      usage_audio_out INTEGER,
      usage_image_in INTEGER,
      usage_image_out INTEGER,
      usage_search INTEGER,
      usage_source TEXT NOT NULL,
      cost_nano INTEGER,
      price_hash TEXT,
      price_date TEXT,
      latency_ms INTEGER NOT NULL,
      first_byte_ms INTEGER,
      attempts INTEGER NOT NULL,
      warnings TEXT,
      revision TEXT NOT NULL,
      cache TEXT,
      guard TEXT,
      PRIMARY KEY (request_id, entry)
    ) STRICT`,
    'CREATE INDEX entries_by_time ON entries (admitted_at_ms, request_id)',
    'CREATE INDEX entries_by_route ON entries (route, admitted_at_ms, request_id)',
  ],
  [
    'ALTER TABLE entries ADD COLUMN usage_images INTEGER',
    'ALTER TABLE entries ADD COLUMN usage_audio_seconds INTEGER',
    'ALTER TABLE entries ADD COLUMN usage_characters INTEGER',
    'ALTER TABLE entries ADD COLUMN service_class TEXT',
    'ALTER TABLE entries ADD COLUMN reply_id TEXT',
    'ALTER TABLE entries ADD COLUMN billed_nano INTEGER',
    'CREATE INDEX entries_by_reply ON entries (reply_id) WHERE reply_id IS NOT NULL',
  ],
]

/** Leaves out `unreported` entries whose call was reported late. `entries` must be named `e`. */
export const COUNTED = `NOT (e.entry = 'unreported' AND EXISTS (
  SELECT 1 FROM entries AS later WHERE later.request_id = e.request_id AND later.entry = 'late'))`
