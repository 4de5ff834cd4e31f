/** What the journey needs from the rest of the house: services and ports, gathered once per isolate. */

import type { RevisionBody } from '../config/revision.ts'
import type { EdgeClassifier } from '../edge/edge-model.ts'
import type { GatewayError } from '../ground/error.ts'
import type { Result } from '../ground/result.ts'
import type { Usage } from '../ground/usage.ts'
import type { LedgerQuery, LedgerRow } from '../ports/accounts.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { KeyRecord } from '../ports/keys.ts'
import type { ReplyStores } from '../ports/replies.ts'
import type { UpstreamRequest, UpstreamRequestOptions } from '../providers/http-request.ts'
import type { Provider } from '../providers/provider.ts'
import type { Slot } from '../services/ledger/slot.ts'
import type { RouteIndex } from '../services/routing/route-index.ts'
import type { ServiceClass, Tapped } from '../wires/wire.ts'

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
  /** First answers to calls with an idempotency key. */
  readonly replies: ReplyStores
  /** A provider with the documents' settings applied, or why it cannot be used. */
  provider(name: string): Result<Provider, GatewayError>
  /** The credential for a provider; undefined when it needs none. */
  credential(providerName: string): Result<string | undefined, GatewayError>
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
  readonly random: Random
}

/** What belongs to one request. */
export interface CallContext {
  readonly waitUntil: WaitUntil
}
