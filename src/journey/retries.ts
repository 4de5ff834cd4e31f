/** Whether a call that every target failed is tried once more, and when. */

import type { RouteTarget } from '../config/revision.ts'
import type { ErrorKind, GatewayError } from '../ground/error.ts'
import { sleep } from '../services/timers.ts'
import type { Gateway } from './gateway.ts'
import { waitUntilReady } from './server-health.ts'
import type { TryingCall } from './trying.ts'

const USUAL_ATTEMPTS = 3
const USUAL_WAIT_MS = 5000
/** The longest of the first pause; each further one may be twice as long. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 4000

/**
 * What may be over in a moment, and what the provider says it did not do. A timeout is not among them: the call has waited long
 * enough. Nor is a connection that broke: the provider may be at work for it, and would be twice.
 */
const PASSING: ReadonlySet<ErrorKind> = new Set(['rate-limited', 'overloaded', 'unavailable', 'upstream-error'])

/** One for a call. */
export class Retries {
  readonly #call: TryingCall
  #left: number
  #waitLeftMs: number
  #round = 0
  #startAwaited = false

  constructor(call: TryingCall) {
    this.#call = call
    this.#left = (call.policy.maxAttempts ?? USUAL_ATTEMPTS) - 1
    this.#waitLeftMs = call.policy.maxRetryWaitMs ?? USUAL_WAIT_MS
    call.gateway.upstreams.retries.earn()
  }

  /** Waits and gives true when the targets may be tried again. */
  async wait(error: GatewayError, targets: readonly RouteTarget[], gateway: Gateway): Promise<boolean> {
    if (await this.#awaitStart(error, targets)) return true
    // A gateway before the provider that gave up says nothing of how long this call has waited.
    if (!PASSING.has(error.kind) && !(error.kind === 'timeout' && error.upstreamStatus !== undefined)) return false
    const { record, policy } = this.#call
    const attemptsLeft = (policy.maxAttempts ?? USUAL_ATTEMPTS) - record.attempts
    if (this.#left <= 0 || attemptsLeft <= 0 || error.retryable === false) return false
    const pauseMs = error.retryAfterMs ?? this.#jitterMs()
    if (pauseMs > this.#waitLeftMs || !gateway.upstreams.retries.spend()) return false
    this.#left--
    this.#round++
    this.#waitLeftMs -= pauseMs
    record.decide(`waited ${Math.round(pauseMs)} ms to try again: ${error.message}`)
    await sleep(gateway.timers, pauseMs)
    return !this.#call.request.signal.aborted
  }

  /** Full jitter, so that callers that failed together do not come back together. */
  #jitterMs(): number {
    return this.#call.gateway.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#round)
  }

  /** A server that starts on demand is waited for once, as long as its provider says. */
  async #awaitStart({ kind }: GatewayError, targets: readonly RouteTarget[]): Promise<boolean> {
    const { gateway, request, record } = this.#call
    if (this.#startAwaited || (kind !== 'unavailable' && kind !== 'upstream-unreachable')) return false
    const starting = targets.find(({ provider }) => gateway.revision.providers[provider]?.coldStartMs !== undefined)
    const coldStartMs = starting && gateway.revision.providers[starting.provider]?.coldStartMs
    if (!starting || coldStartMs === undefined) return false
    this.#startAwaited = true
    record.decide(`waiting for the server of ${starting.name} to start`)
    const ready = await waitUntilReady(starting.provider, coldStartMs, { gateway, signal: request.signal })
    if (ready) gateway.upstreams.reopen(starting.provider)
    return ready
  }
}
