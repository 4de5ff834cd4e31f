/** The table of kept replies, how it came to be, and its rows as entries. */

import type { KeptReply } from '../../ports/replies.ts'
import type { EntryState, ReplyEntry } from '../reply-rules.ts'
import type { Migrations } from './migrate.ts'

/** `id` and `asked` are digests: neither the idempotency key nor the request is stored. */
export const REPLY_MIGRATIONS: Migrations = [
  [
    `CREATE TABLE replies (
      id TEXT PRIMARY KEY,
      asked TEXT NOT NULL,
      holder TEXT NOT NULL,
      state TEXT NOT NULL,
      until_ms INTEGER NOT NULL,
      status INTEGER,
      headers TEXT,
      body BLOB
    ) STRICT`,
    'CREATE INDEX replies_by_end ON replies (until_ms)',
  ],
]

type Cells = Record<string, SqlStorageValue>

export function readReplyEntry(cells: Cells): ReplyEntry {
  return {
    asked: String(cells.asked),
    holder: String(cells.holder),
    state: String(cells.state) as EntryState, // written from an EntryState only
    untilMs: Number(cells.until_ms),
  }
}

/** The answer of an entry that is `kept`. */
export function readReply(cells: Cells): KeptReply {
  return {
    requestId: String(cells.holder),
    status: Number(cells.status),
    headers: JSON.parse(String(cells.headers)) as Record<string, string>, // written from a KeptReply only
    body: cells.body instanceof ArrayBuffer ? new Uint8Array(cells.body) : new Uint8Array(),
  }
}
