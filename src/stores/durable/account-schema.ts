/** The tables of an account and how they came to be. */

import type { Migrations } from './migrate.ts'

/** `counters`: what all leases did to one limit in one window. `holdings`: what each lease has of it, in totals that never fall. `upstreams`: what a team has from its organisation. */
const CREDIT_TABLES = [
  `CREATE TABLE counters (
    limit_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    spent INTEGER NOT NULL CHECK (spent >= 0),
    reserved INTEGER NOT NULL CHECK (reserved >= 0),
    PRIMARY KEY (limit_id, scope, start_ms)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE holdings (
    lease_id TEXT NOT NULL,
    limit_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    granted INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    PRIMARY KEY (lease_id, limit_id, scope, start_ms)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE upstreams (
    limit_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    terms TEXT NOT NULL,
    granted INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    known_spent INTEGER NOT NULL,
    known_reserved INTEGER NOT NULL,
    reported_at_ms INTEGER NOT NULL,
    PRIMARY KEY (limit_id, scope, start_ms)
  ) STRICT, WITHOUT ROWID`,
]

/**
 * `raised`: what was told already, so that it is told once. `alerts`: what there was to tell. `deliveries`: what became of each at
 * each destination. `receivers`: destinations that failed lately and are left in peace for a while.
 */
const ALERT_TABLES = [
  'ALTER TABLE counters ADD COLUMN terms TEXT',
  `CREATE TABLE raised (
    once TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (once, start_ms)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE alerts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    team TEXT,
    data TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX alerts_by_time ON alerts (created_at_ms)',
  'CREATE INDEX alerts_by_type ON alerts (type, created_at_ms)',
  `CREATE TABLE deliveries (
    seq INTEGER NOT NULL,
    destination TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    attempted_at_ms INTEGER,
    next_at_ms INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    PRIMARY KEY (seq, destination)
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX pending_deliveries ON deliveries (destination, next_at_ms) WHERE state = 'pending'",
  `CREATE TABLE receivers (
    name TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    paused_until_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
]

/** Adjustments are entries too: of the call `adjusts`, with an id of their own. */
const ADJUSTMENT_COLUMNS = [
  'ALTER TABLE entries ADD COLUMN adjusts TEXT',
  'ALTER TABLE entries ADD COLUMN adjusted_at_ms INTEGER',
  'CREATE INDEX adjustments ON entries (adjusts, cost_nano) WHERE adjusts IS NOT NULL',
]

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
  CREDIT_TABLES,
  ALERT_TABLES,
  ADJUSTMENT_COLUMNS,
  [
    'ALTER TABLE entries ADD COLUMN asked_model TEXT',
    'ALTER TABLE entries ADD COLUMN list_nano INTEGER',
    'ALTER TABLE entries ADD COLUMN tags TEXT',
    'ALTER TABLE upstreams ADD COLUMN told INTEGER NOT NULL DEFAULT 0',
    'CREATE INDEX counters_by_end ON counters (until_ms)',
  ],
  ['ALTER TABLE entries ADD COLUMN chosen_target TEXT'],
  ['ALTER TABLE entries ADD COLUMN saved_nano INTEGER'],
  ['ALTER TABLE entries ADD COLUMN decisions TEXT'],
  ['ALTER TABLE entries ADD COLUMN shadow_of TEXT', 'ALTER TABLE entries ADD COLUMN likeness REAL'],
  ['CREATE TABLE ratings (request_id TEXT PRIMARY KEY, score REAL NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID'],
]

/** Leaves out `unreported` entries whose call was reported late. `entries` must be named `e`. */
export const COUNTED = `NOT (e.entry = 'unreported' AND EXISTS (
  SELECT 1 FROM entries AS later WHERE later.request_id = e.request_id AND later.entry = 'late'))`

/** What adjustments add to each call; to be joined as `a` on `a.call = e.request_id`. */
export const ADJUSTED = `(SELECT adjusts AS call, SUM(cost_nano) AS delta_nano,
    SUM(COALESCE(list_nano, cost_nano)) AS delta_list_nano FROM entries
  WHERE adjusts IS NOT NULL GROUP BY adjusts)`

/** The same where adjustments are sums of their own: it adds nothing to any call. */
export const APART = '(SELECT NULL AS call, NULL AS delta_nano, NULL AS delta_list_nano WHERE 0)'
