/** What the tries of a call are made of: targets that can be asked, and what comes of asking. */

import type { EffectivePolicy, RouteTarget } from '../config/revision.ts'
import type { GatewayError } from '../ground/error.ts'
import type { Exchange, RawFailure } from './attempt.ts'
import type { CallRecord } from './call-record.ts'
import type { Endpoint } from './endpoint.ts'
import type { Gateway } from './gateway.ts'

export interface Failure {
  readonly error: GatewayError
  /** The upstream's own bytes, when the client speaks its wire. */
  readonly raw?: RawFailure | undefined
  /** It began to answer, so it may bill what it did: the next target may be tried, but not the same again. */
  readonly answered?: true
}

/** An upstream that has begun to answer. */
export interface Reached {
  /** From the request to the first data, in milliseconds. */
  readonly firstDataMs: number
  answer(): Response | Promise<Response>
  /** Gives it up: the call is answered by another. */
  abort(): void
}

export interface Sending {
  readonly credential: string | undefined
  /** Nobody comes after this try. */
  readonly last: boolean
  /** Ends the try when another has answered. */
  readonly signal: AbortSignal
  /** To be called once when nothing of the exchange is open any more. */
  onEnd(): void
}

/** A target that can be asked. */
export interface ReadyTarget {
  /** Absent: nothing leaves the worker, so nothing can be down. */
  readonly provider?: string
  /** Puts into the record what holds if this target answers. */
  mark(): void
  send(sending: Sending): Promise<Reached | Failure>
}

export interface TryingCall {
  readonly request: Request
  readonly endpoint: Endpoint
  readonly record: CallRecord
  readonly gateway: Gateway
  readonly policy: EffectivePolicy
}

/** What would be asked of a target, or why it cannot be asked at all. */
export type ReadyOne = (target: RouteTarget) => ReadyTarget | Failure

/** The row is of whoever is asked last, or answers. */
export function mark(target: RouteTarget, record: CallRecord): void {
  record.target = target.name
  record.provider = target.provider
  record.targetModel = target.model
}

/** An exchange that can be answered from, or given up. */
export function reached({ firstDataMs, abort }: Exchange, answer: Reached['answer']): Reached {
  return { firstDataMs, answer, abort }
}
