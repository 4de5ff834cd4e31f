/** Where settled calls are kept: one account per team. Implemented by the Account Durable Object and, for tests, in memory. */

import type { Usage, UsageSource } from '../ground/usage.ts'

/**
 * How a call ended. `ok`: complete. `refused`: the gateway said no before any upstream call. `error`: the upstream failed
 * before or after the first byte. `aborted`: the client hung up. `incomplete`: the upstream stopped without its end mark.
 * `unreported`: the isolate died; the account books it when the lease ends.
 */
export const OUTCOMES = ['ok', 'refused', 'error', 'aborted', 'incomplete', 'unreported'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** One settled call. */
export interface LedgerRow {
  readonly requestId: string
  /** When the gateway admitted or refused it. */
  readonly admittedAtMs: number
  readonly team: string
  readonly keyId: string
  readonly user?: string
  readonly route: string
  /** Name of the target that answered; empty if none was chosen. */
  readonly target: string
  readonly provider: string
  readonly requestedModel: string
  /** The model that answered, by which it is priced. */
  readonly answeredModel?: string
  readonly clientWire: string
  readonly upstreamWire?: string
  readonly stream: boolean
  readonly outcome: Outcome
  /** HTTP status sent to the client. */
  readonly status: number
  readonly errorKind?: string
  readonly usage?: Usage
  readonly usageSource: UsageSource
  /** Decimal digits of whole nano-dollars; undefined means unknown, never zero. */
  readonly costNano?: string
  /** SHA-256 of the price entry that was applied. */
  readonly priceHash?: string
  readonly priceDate?: string
  readonly latencyMs: number
  readonly firstByteMs?: number
  /** Upstream attempts made. */
  readonly attempts: number
  readonly warnings?: readonly string[]
  readonly revision: string
  /** Reserved for the rooms that follow. */
  readonly cache?: string
  readonly guard?: string
  /** The price class the provider applied, when it is not the standard one. */
  readonly serviceClass?: string
  /** The provider's id of the reply, where a later call may refer to it. */
  readonly replyId?: string
  /** Decimal digits of whole nano-dollars: what the provider said it charged, for reconciliation. */
  readonly billedNano?: string
}

/**
 * A lease is a block of call slots one isolate may use without asking. Request ids are `req_<lease id>_<slot>`, so a call
 * whose isolate died can be named afterwards.
 */
export interface Lease {
  /** Base62. */
  readonly id: string
  /** Slots 0..slots-1 may be used; grows with later syncs. */
  readonly slots: number
  readonly expiresAtMs: number
}

/** Sent by an isolate, at-least-once, in any order; applying it twice changes nothing. */
export interface SyncReport {
  readonly leaseId: string
  /** Slots used so far: the next free slot. Never goes down. */
  readonly used: number
  /** Rows settled since the last acknowledged sync. */
  readonly rows: readonly LedgerRow[]
  /** Slots the isolate would like to hold unused. */
  readonly want: number
  /** Nothing is in flight and the isolate gives unused slots back; the lease ends without `unreported` rows. */
  readonly close: boolean
}

export interface SyncAnswer {
  /** The lease as it stands; undefined when it was closed or had already ended (rows are stored all the same). */
  readonly lease?: Lease
}

/** A lease that ended without being closed: calls in `from..to-1` above the last report may have happened. */
export interface UnreportedRange {
  readonly leaseId: string
  readonly team: string
  readonly from: number
  readonly to: number
  readonly endedAtMs: number
}

export interface LedgerQuery {
  readonly sinceMs?: number
  readonly untilMs?: number
  readonly route?: string
  readonly outcome?: Outcome
  readonly requestId?: string
  readonly replyId?: string
  readonly clientWire?: string
  /** 1 to 1000. */
  readonly limit: number
  /** From the previous page. */
  readonly cursor?: string
}

export interface LedgerPage {
  /** Newest first. */
  readonly rows: readonly LedgerRow[]
  readonly cursor?: string
}

/**
 * What sums can be grouped and filtered by. `day`, `week` (the date of its Monday), `month` and `hour` are calendar periods of
 * the zone the query states, else UTC. `costKnown` is `yes` or `no`. `paradigm` is a `Paradigm`.
 */
export const GROUP_FIELDS = [
  'team',
  'route',
  'model',
  'provider',
  'key',
  'user',
  'target',
  'outcome',
  'day',
  'week',
  'month',
  'hour',
  'paradigm',
  'clientWire',
  'serviceClass',
  'usageSource',
  'costKnown',
] as const
export type GroupField = (typeof GROUP_FIELDS)[number]

/** How a call was served: `edge` inside the worker, `realtime` over a socket, `batch` at batch prices, `stream`, else `request`. */
export type Paradigm = 'edge' | 'realtime' | 'batch' | 'stream' | 'request'

/** From `fromMs` until the next one of the list, local clocks show UTC plus `offsetMs`. */
export interface ZoneOffset {
  readonly fromMs: number
  readonly offsetMs: number
}

/** Which rows a sum covers. `sinceMs` is included, `untilMs` is not. */
export interface CostRange {
  readonly sinceMs?: number
  readonly untilMs?: number
  /** The zone of calendar periods: ascending; before the first one the first holds. UTC when absent or empty. */
  readonly offsets?: readonly ZoneOffset[]
  /** Rows whose field has one of the values; `''` stands for rows without one. At most 80 values in all. */
  readonly where?: Readonly<Partial<Record<GroupField, readonly string[]>>>
}

export interface CostGroup {
  /** Values of the fields grouped by, in the order asked. */
  readonly group: Readonly<Partial<Record<GroupField, string>>>
  readonly calls: number
  /** Calls whose cost is unknown: not in the sum. */
  readonly unknownCostCalls: number
  readonly usage: Usage
  /** Decimal digits of whole nano-dollars. */
  readonly costNano: string
}

export interface AccountStore {
  openLease(want: number): Promise<Lease>
  sync(report: SyncReport): Promise<SyncAnswer>
  rows(query: LedgerQuery): Promise<LedgerPage>
  costs(groupBy: readonly GroupField[], range: CostRange): Promise<readonly CostGroup[]>
  unreported(): Promise<readonly UnreportedRange[]>
}

/** Finds a team's account. */
export type Accounts = (organisation: string, team: string) => AccountStore
