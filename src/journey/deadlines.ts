/** Watches one upstream exchange: time to its head, to the first data, silence between bytes, and the whole. */

import type { EffectivePolicy } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import type { Clock } from '../ports/clock.ts'

export interface DeadlineOptions {
  /** The head of the answer is awaited by itself. */
  readonly stream?: boolean
  /** Called when the exchange is over. */
  readonly onStop?: (() => void) | undefined
}

/**
 * One timer for all limits: it is set for the nearest limit and set again when it rings early, so a chunk costs one
 * assignment and no timer. `expired` says which limit passed; `onExpire` is called once.
 */
export class Deadlines {
  expired: GatewayError | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #lastByteAtMs: number | undefined
  #taken: boolean
  readonly #startedAtMs: number
  readonly #policy: EffectivePolicy
  readonly #clock: Clock
  readonly #onExpire: () => void
  readonly #onStop: (() => void) | undefined

  constructor(
    policy: EffectivePolicy,
    clock: Clock,
    onExpire: () => void,
    { stream = false, onStop }: DeadlineOptions = {},
  ) {
    this.#onStop = onStop
    this.#taken = !stream || policy.connectTimeoutMs === undefined
    this.#policy = policy
    this.#clock = clock
    this.#onExpire = onExpire
    this.#startedAtMs = clock.now()
    this.#arm()
  }

  /** The head of the answer came. */
  takenUp(): void {
    this.#taken = true
  }

  /** Data came from the upstream. */
  touch(): void {
    this.#lastByteAtMs = this.#clock.now()
  }

  /** The exchange is over; nothing rings after this. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#onStop?.()
  }

  #arm(): void {
    this.#timer = setTimeout(() => this.#ring(), Math.max(1, this.#nearest().atMs - this.#clock.now()))
  }

  #ring(): void {
    const { atMs, error } = this.#nearest()
    if (this.#clock.now() < atMs) this.#arm()
    else {
      this.expired = error
      this.#onExpire()
    }
  }

  #nearest(): { atMs: number; error: GatewayError } {
    const policy = this.#policy
    const total = this.#startedAtMs + policy.totalTimeoutMs
    const { connectTimeoutMs = policy.firstByteTimeoutMs } = policy
    if (!this.#taken && connectTimeoutMs < Math.min(policy.firstByteTimeoutMs, policy.totalTimeoutMs))
      return {
        atMs: this.#startedAtMs + connectTimeoutMs,
        error: timedOut('did not take up the call', connectTimeoutMs),
      }
    const next =
      this.#lastByteAtMs === undefined
        ? this.#startedAtMs + policy.firstByteTimeoutMs
        : this.#lastByteAtMs + policy.idleTimeoutMs
    if (total <= next) return { atMs: total, error: timedOut('did not finish', policy.totalTimeoutMs) }
    return this.#lastByteAtMs === undefined
      ? { atMs: next, error: timedOut('sent nothing', policy.firstByteTimeoutMs) }
      : { atMs: next, error: timedOut('fell silent', policy.idleTimeoutMs) }
  }
}

function timedOut(what: string, afterMs: number): GatewayError {
  return gatewayError(
    'timeout',
    `The provider ${what} within ${afterMs / 1000} s, the limit set by policy. Try again later.`,
  )
}
