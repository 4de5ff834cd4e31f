/** Which targets may be tried after which failure. */

import type { FailureClass, RouteTarget } from '../config/revision.ts'
import type { ErrorKind, GatewayError } from '../ground/error.ts'

const CLASSES: Partial<Readonly<Record<ErrorKind, FailureClass>>> = {
  'rate-limited': 'rate_limit',
  'insufficient-quota': 'rate_limit',
  overloaded: 'overload',
  unavailable: 'overload',
  timeout: 'timeout',
  'upstream-error': 'server_error',
  'upstream-unreachable': 'server_error',
  'upstream-credential': 'auth',
  'context-too-long': 'context_length',
  'content-filtered': 'content_filter',
}

/** A longer context or another filter is a choice that the document must make. */
const ONLY_WHEN_SAID: ReadonlySet<FailureClass> = new Set(['context_length', 'content_filter'])

/** True when `target` may be tried after `error` of one before it. */
export function mayFollow({ on }: RouteTarget, { kind }: GatewayError): boolean {
  // What the target before could not do at all, this one may be able to.
  if (kind === 'not-supported') return true
  const failure = CLASSES[kind]
  if (failure === undefined) return false
  return on ? on.includes(failure) : !ONLY_WHEN_SAID.has(failure)
}
