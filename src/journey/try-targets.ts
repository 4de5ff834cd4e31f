/** Tries a call's targets in order until one answers; nothing of the next is tried once a byte has gone to the client. */

import type { RouteTarget } from '../config/revision.ts'
import { type ErrorKind, type GatewayError, gatewayError } from '../ground/error.ts'
import type { RawFailure } from './attempt.ts'
import type { CallRecord } from './call-record.ts'
import type { Endpoint } from './endpoint.ts'
import { passOnFailure, refuse } from './refuse.ts'

export interface Failure {
  readonly error: GatewayError
  /** The upstream's own bytes, when the client speaks its wire. */
  readonly raw?: RawFailure | undefined
}

/** Failures that another target may not share. */
const ELSEWHERE: ReadonlySet<ErrorKind> = new Set([
  'rate-limited',
  'overloaded',
  'unavailable',
  'timeout',
  'not-supported',
  'upstream-error',
  'upstream-unreachable',
  'upstream-credential',
  'insufficient-quota',
])

/** The first answer, or the last failure in the client's wire. `last` tells a try that nobody comes after it. */
export async function tryTargets(
  targets: readonly RouteTarget[],
  call: { readonly request: Request; readonly endpoint: Endpoint; readonly record: CallRecord },
  tryOne: (target: RouteTarget, last: boolean) => Promise<Response | Failure>,
): Promise<Response> {
  const { request, endpoint, record } = call
  let failure: Failure = { error: gatewayError('unavailable', 'The route has no target that can be tried.') }
  for (const [index, target] of targets.entries()) {
    record.target = target.name
    record.provider = target.provider
    record.targetModel = target.model
    const tried = await tryOne(target, index === targets.length - 1)
    if (tried instanceof Response) return tried
    // That the next target cannot do it explains less than why the first one did not.
    if (index === 0 || tried.error.kind !== 'not-supported') failure = tried
    if (!ELSEWHERE.has(tried.error.kind) || request.signal.aborted) break
  }
  // A refused credential is the operator's trouble, not the app's key: it goes out as our own error.
  if (failure.raw && failure.error.kind !== 'upstream-credential')
    return passOnFailure(failure.error, failure.raw, record)
  return refuse(failure.error, endpoint, record)
}
