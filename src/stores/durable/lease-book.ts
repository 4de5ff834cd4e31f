/** The leases of one account in SQLite: granted, extended by each sync, ended by a close or by time. */

import type { Lease, SyncReport, UnreportedRange } from '../../ports/accounts.ts'
import { firstSlots, grantedSlots } from '../lease-rules.ts'

export interface LeaseRecord {
  readonly id: string
  readonly team: string
  /** Slots known to be used: 0..used-1. */
  readonly used: number
  readonly granted: number
  /** When its isolate was last heard of. */
  readonly seenAtMs: number
  readonly expiresAtMs: number
  readonly endedAtMs: number | null
}

/** Longer than any report is under way. */
const KEEP_MS = 7 * 24 * 3_600_000

const SELECT_LEASE = `SELECT id, team, used, granted, seen_at_ms AS seenAtMs, expires_at_ms AS expiresAtMs,
  ended_at_ms AS endedAtMs FROM leases`

export class LeaseBook {
  readonly #sql: SqlStorage
  readonly #leaseMs: number

  constructor(sql: SqlStorage, leaseMs: number) {
    this.#sql = sql
    this.#leaseMs = leaseMs
  }

  /** Opens a lease under an id the caller chose; opening the same id again changes nothing. */
  open(id: string, team: string, want: number, nowMs: number): Lease {
    this.#sql.exec(
      `INSERT INTO leases (id, team, used, granted, seen_at_ms, expires_at_ms) VALUES (?, ?, 0, ?, ?, ?)
        ON CONFLICT (id) DO NOTHING`,
      id,
      team,
      firstSlots(want),
      nowMs,
      nowMs + this.#leaseMs,
    )
    return asLease(this.#get(id))
  }

  /** Notes what a report says; gives the lease as it was and as it is. One that nobody knows, as after a restored backup, is noted as already ended. */
  note(report: SyncReport, team: string, nowMs: number): { before: LeaseRecord; lease: LeaseRecord } {
    this.#sql.exec(
      `INSERT INTO leases (id, team, used, granted, seen_at_ms, expires_at_ms, ended_at_ms) VALUES (?1, ?2, ?3, ?3, ?4, ?4, ?4)
        ON CONFLICT (id) DO NOTHING`,
      report.leaseId,
      team,
      report.used,
      nowMs,
    )
    const before = this.#get(report.leaseId)
    const open = before.endedAtMs === null
    this.#sql.exec(
      `UPDATE leases SET used = ?, granted = ?, seen_at_ms = ?, expires_at_ms = ?, closed = MAX(closed, ?),
        ended_at_ms = COALESCE(ended_at_ms, ?) WHERE id = ?`,
      Math.max(before.used, report.used),
      open && !report.close
        ? grantedSlots(before.granted, report.used, report.want)
        : Math.max(before.granted, report.used),
      open ? nowMs : before.seenAtMs,
      open ? nowMs + this.#leaseMs : before.expiresAtMs,
      report.close ? 1 : 0,
      report.close ? nowMs : null,
      report.leaseId,
    )
    return { before, lease: this.#get(report.leaseId) }
  }

  /** Ends every lease whose time is over and gives them back. */
  endExpired(nowMs: number): LeaseRecord[] {
    const expired = this.#sql
      .exec(`${SELECT_LEASE} WHERE ended_at_ms IS NULL AND expires_at_ms <= ?`, nowMs)
      .toArray()
      .map(readLease)
    if (expired.length > 0)
      this.#sql.exec('UPDATE leases SET ended_at_ms = ?1 WHERE ended_at_ms IS NULL AND expires_at_ms <= ?1', nowMs)
    return expired
  }

  /** When the next open lease expires; undefined when none is open. */
  nextExpiryMs(): number | undefined {
    const { at } = this.#sql
      .exec<{ at: number | null }>('SELECT MIN(expires_at_ms) AS at FROM leases WHERE ended_at_ms IS NULL')
      .one()
    return at ?? undefined
  }

  /** Forgets leases that were closed long ago; those that ended with calls in doubt stay listed. */
  forgetOld(nowMs: number): void {
    this.#sql.exec('DELETE FROM leases WHERE closed = 1 AND ended_at_ms < ?', nowMs - KEEP_MS)
  }

  isOpen(id: string): boolean {
    return this.#get(id).endedAtMs === null
  }

  /** Slots of ended leases that may have been used without a word; those closed by their isolate have none. */
  unreported(): UnreportedRange[] {
    const ended = this.#sql.exec<{ id: string; team: string; used: number; granted: number; endedAtMs: number }>(
      `SELECT id, team, used, granted, ended_at_ms AS endedAtMs FROM leases
        WHERE ended_at_ms IS NOT NULL AND closed = 0 AND used < granted ORDER BY ended_at_ms, id`,
    )
    return [...ended].map(({ id, team, used, granted, endedAtMs }) => ({
      leaseId: id,
      team,
      from: used,
      to: granted,
      endedAtMs,
    }))
  }

  #get(id: string): LeaseRecord {
    return readLease(this.#sql.exec(`${SELECT_LEASE} WHERE id = ?`, id).one())
  }
}

/** A lease as its isolate sees it. */
export function asLease(record: LeaseRecord): Lease {
  return { id: record.id, slots: record.granted, expiresAtMs: record.expiresAtMs }
}

function readLease(cells: Record<string, SqlStorageValue>): LeaseRecord {
  return {
    id: String(cells.id),
    team: String(cells.team),
    used: Number(cells.used),
    granted: Number(cells.granted),
    seenAtMs: Number(cells.seenAtMs),
    expiresAtMs: Number(cells.expiresAtMs),
    endedAtMs: cells.endedAtMs === null ? null : Number(cells.endedAtMs),
  }
}
