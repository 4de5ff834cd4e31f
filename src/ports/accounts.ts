/** Where settled calls are kept: one account per team. Implemented by the Account Durable Object and, for tests, in memory. */

import { isTagName, type Tags } from '../ground/tags.ts'
import type { Usage, UsageSource } from '../ground/usage.ts'
import type { AlertQuery, AlertRecord } from './alerts.ts'
import type { ArmCounts, ArmQuery } from './arms.ts'
import type { CounterState, CounterTerms, CreditGrant, CreditReport } from './credit.ts'

/**
 * How a call ended. `ok`: complete. `refused`: the gateway said no before any upstream call. `error`: the upstream failed
 * before or after the first byte. `aborted`: the client hung up. `incomplete`: the upstream stopped without its end mark.
 * `unreported`: the isolate died; the account books it when the lease ends.
 */
export const OUTCOMES = ['ok', 'refused', 'error', 'aborted', 'incomplete', 'unreported'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** What a row is: a settled call, or what a call costs more or less than its earlier rows say. */
export const ROW_KINDS = ['call', 'adjustment'] as const
export type RowKind = (typeof ROW_KINDS)[number]

/** One settled call, or an adjustment of its cost, which repeats what it was of: who, when, which model. */
export interface LedgerRow {
  /** `req_…`; of an adjustment `adj_…`. */
  readonly requestId: string
  /** Absent: a call. */
  readonly kind?: 'adjustment'
  /** Of an adjustment: the call. */
  readonly adjusts?: string
  /** Of an adjustment: when it was written. */
  readonly adjustedAtMs?: number
  /** When the gateway admitted or refused it. */
  readonly admittedAtMs: number
  readonly team: string
  readonly keyId: string
  readonly user?: string
  readonly route: string
  /** Name of the target that answered; empty if none was chosen. */
  readonly target: string
  /** The target that was chosen first, where it failed and another was tried. */
  readonly chosenTarget?: string
  readonly provider: string
  readonly requestedModel: string
  /** The model that answered, by which it is priced. */
  readonly answeredModel?: string
  /** The provider's model that was asked, where none said that it answered. */
  readonly askedModel?: string
  readonly clientWire: string
  readonly upstreamWire?: string
  readonly stream: boolean
  readonly outcome: Outcome
  /** HTTP status sent to the client. */
  readonly status: number
  readonly errorKind?: string
  readonly usage?: Usage
  readonly usageSource: UsageSource
  /** Decimal digits of whole nano-dollars; undefined means unknown, never zero. Of an adjustment: the difference, which may be negative. */
  readonly costNano?: string
  /** What the call would have cost at list prices; absent: `costNano`. Decimal digits of whole nano-dollars. Of an adjustment: the difference. */
  readonly listNano?: string
  /** SHA-256 of the price entry that was applied; after a `+`, that of the override or discount. */
  readonly priceHash?: string
  readonly priceDate?: string
  readonly latencyMs: number
  readonly firstByteMs?: number
  /** Upstream attempts made. */
  readonly attempts: number
  readonly warnings?: readonly string[]
  readonly revision: string
  /** What the route's cache did: `hit`, `semantic` (an answer to a question in other words), `miss`, `bypass`; absent: it has none. */
  readonly cache?: string
  /** Of a kept answer: decimal digits of whole nano-dollars, what it cost when it was made; absent when nobody knows. */
  readonly savedNano?: string
  /** Reserved for the rooms that follow. */
  readonly guard?: string
  /** The price class the provider applied, when it is not the standard one. */
  readonly serviceClass?: string
  /** The provider's id of the reply, where a later call may refer to it. */
  readonly replyId?: string
  /** Decimal digits of whole nano-dollars: what the provider said it charged, for reconciliation. */
  readonly billedNano?: string
  /** The labels its app gave it. */
  readonly tags?: Tags
  /** Of a shadow call: the call it repeats. */
  readonly shadowOf?: string
  /** Of a shadow call: how alike its reply is to the app's, from 0 to 1. */
  readonly likeness?: number
  /** Why the target that answered did, in sentences, where more happened than that the first one was asked and answered. */
  readonly decisions?: readonly string[]
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
  /** What the lease used of its limits and would like to have of them. */
  readonly credit?: readonly CreditReport[]
}

export interface SyncAnswer {
  /** The lease as it stands; undefined when it was closed or had already ended (rows are stored all the same). */
  readonly lease?: Lease
  /** One for each counter of the report; absent when the lease has ended. */
  readonly credit?: readonly CreditGrant[]
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
  /** Absent: both. */
  readonly kind?: RowKind
  /** Adjustments of this call. */
  readonly adjusts?: string
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
 * the zone the query states, else UTC. `costKnown` is `yes` or `no`. `paradigm` is a `Paradigm`. `kind` is a `RowKind`: who groups or
 * filters by it sees calls as they were first settled, and adjustments as sums of their own, of no calls; all others see both in one.
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
  'cache',
  'kind',
] as const
/** The value of one label. */
export type TagField = `tag:${string}`
export type GroupField = (typeof GROUP_FIELDS)[number] | TagField

/** The name of the label that a field `tag:NAME` groups by; undefined for any other text. */
export function tagOfField(field: string): string | undefined {
  const name = field.startsWith('tag:') ? field.slice(4) : undefined
  return name !== undefined && isTagName(name) ? name : undefined
}

export function isGroupField(field: string): field is GroupField {
  return (GROUP_FIELDS as readonly string[]).includes(field) || tagOfField(field) !== undefined
}

/** Whether a sum must tell adjustments from the calls they are of. */
export function tellsKinds(groupBy: readonly GroupField[], { where }: CostRange): boolean {
  return groupBy.includes('kind') || where?.kind !== undefined
}

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
  /** The same at list prices. */
  readonly listNano: string
  /** What kept answers saved, and on how many calls; absent where no call has a figure. Decimal digits of whole nano-dollars. */
  readonly saved?: { readonly calls: number; readonly nano: string }
}

/** What a call costs at prices found later. */
export interface Repricing {
  readonly requestId: string
  /** Decimal digits of whole nano-dollars: all of it, not the difference. */
  readonly costNano: string
  /** The same at list prices; absent: `costNano`. */
  readonly listNano?: string
  readonly priceHash: string
  readonly priceDate: string
  /** Counters of money that the call was counted in. */
  readonly counters: readonly CounterTerms[]
}

/** What an app, or its user, thinks of a reply. */
export interface Rating {
  readonly requestId: string
  /** From 0 (bad) to 1 (good). */
  readonly score: number
  readonly atMs: number
}

export interface AccountStore {
  openLease(want: number): Promise<Lease>
  sync(report: SyncReport): Promise<SyncAnswer>
  rows(query: LedgerQuery): Promise<LedgerPage>
  /** Sums over calls, each with its adjustments. */
  costs(groupBy: readonly GroupField[], range: CostRange): Promise<readonly CostGroup[]>
  /** Keeps what an app says of a call, the newest word; true for the first one. */
  rate(rating: Rating): Promise<boolean>
  /** A route's calls by the target that was chosen for them. */
  arms(query: ArmQuery): Promise<readonly ArmCounts[]>
  /**
   * Writes one adjustment for each call that costs something else with those it has, and moves its counters; nothing is edited
   * and repeating changes nothing. Gives the adjustments; with `rehearse` nothing is written. Unknown and unreported calls are left out.
   */
  reprice(calls: readonly Repricing[], rehearse?: boolean): Promise<readonly LedgerRow[]>
  unreported(): Promise<readonly UnreportedRange[]>
  /** Every counter the account still keeps, in the order of limit, scope and window. */
  counters(): Promise<readonly CounterState[]>
  /** What the account had to tell, the newest first; kept for 30 days. */
  alerts(query: AlertQuery): Promise<readonly AlertRecord[]>
  /** The same of what all teams of the organisation share. */
  sharedAlerts(query: AlertQuery): Promise<readonly AlertRecord[]>
}

/** Finds a team's account. */
export type Accounts = (organisation: string, team: string) => AccountStore
