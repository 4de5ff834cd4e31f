/** What the journey needs from the rest of the house: services and ports, gathered once per isolate. */

import type { RevisionBody } from '../config/revision.ts'
import type { EdgeClassifier } from '../edge/edge-model.ts'
import type { GatewayError } from '../ground/error.ts'
import type { Result } from '../ground/result.ts'
import type { Usage } from '../ground/usage.ts'
import type { LedgerQuery, LedgerRow, Rating } from '../ports/accounts.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Embedder } from '../ports/embedder.ts'
import type { KeyRecord } from '../ports/keys.ts'
import type { ReplyStores } from '../ports/replies.ts'
import type { ReplyCaches } from '../ports/reply-cache.ts'
import type { UpstreamRequest, UpstreamRequestOptions } from '../providers/http-request.ts'
import type { Provider } from '../providers/provider.ts'
import type { SingleFlight } from '../services/cache/single-flight.ts'
import type { Slot } from '../services/ledger/slot.ts'
import type { CanaryDesk } from '../services/routing/canary-desk.ts'
import type { RouteIndex } from '../services/routing/route-index.ts'
import type { Upstreams } from '../services/routing/upstreams.ts'
import type { Timers } from '../services/timers.ts'
import type { ServiceClass, Tapped } from '../wires/wire.ts'

export interface Credential {
  /** Tells the credentials of a provider apart. */
  readonly id: string
  /** Undefined when the provider needs none. */
  readonly secret: string | undefined
}

import type { ReplayedAnswer } from './replay-kept.ts'

export type WaitUntil = (promise: Promise<unknown>) => void

/** A key that was found good. */
export interface VerifiedKey {
  readonly record: KeyRecord
  routeAllowed(route: string): boolean
}

export type { Slot }

export type Priced =
  | { known: true; costNano: bigint; listNano?: bigint; priceHash: string; priceDate: string }
  | { known: false; reason: string }

export interface Gateway {
  readonly revision: RevisionBody & { readonly hash: string }
  readonly routes: RouteIndex
  /** The largest body any route allows: read before the route is known. */
  readonly maxBodyBytes: number
  readonly keys: {
    peek(keyText: string): VerifiedKey | undefined
    verify(keyText: string, waitUntil: WaitUntil): Promise<Result<VerifiedKey, GatewayError>>
  }
  readonly ledger: {
    admit(organisation: string, team: string, waitUntil: WaitUntil): Slot | Promise<Result<Slot, GatewayError>>
    /** Settled calls of a team, newest first, those this isolate has not stored yet included. */
    find(organisation: string, team: string, query: LedgerQuery): Promise<Result<readonly LedgerRow[], GatewayError>>
  }
  /** Keeps what an app says of a call of its team; true for the first word about it. */
  rate(team: string, rating: Rating): Promise<boolean>
  /** First answers to calls with an idempotency key. */
  readonly replies: ReplyStores
  /** Answers for calls that ask the same. */
  readonly answers: {
    readonly caches: ReplyCaches
    readonly embedder: Embedder
    readonly flights: SingleFlight<ReplayedAnswer>
  }
  /** Which calls go to canaries, and what became of them. */
  readonly canaries: Pick<CanaryDesk, 'sideOf' | 'observe' | 'rate'>
  /** What this isolate has learnt of the upstreams. */
  readonly upstreams: Upstreams
  /** A provider with the documents' settings applied, or why it cannot be used. */
  provider(name: string): Result<Provider, GatewayError>
  /** The first credential of a provider, for what is kept under it; undefined when it needs none. */
  credential(providerName: string): Result<string | undefined, GatewayError>
  /** All credentials of a provider that are set, in the document's order; never empty. */
  credentials(providerName: string): Result<readonly Credential[], GatewayError>
  edgeModel(name: string): Result<EdgeClassifier, GatewayError>
  price(call: {
    provider: string
    /** Absent: nothing that was agreed for single teams holds. */
    team?: string | undefined
    model: string
    usage: Usage
    serviceClass?: ServiceClass | undefined
    searchContext?: Tapped['searchContext'] | undefined
    atMs: number
  }): Priced
  /** Address, headers and credential around a body; async because some credentials are signatures. */
  buildRequest(options: UpstreamRequestOptions): Promise<Result<UpstreamRequest, GatewayError>>
  readonly fetch: (input: string, init: RequestInit) => Promise<Response>
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
}

/** What belongs to one request. */
export interface CallContext {
  readonly waitUntil: WaitUntil
}
