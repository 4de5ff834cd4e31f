/** What one isolate has learnt of the upstreams: who is failing, who asked for peace, how fast they are, how many calls are open. */

import type { ErrorKind, GatewayError } from '../../ground/error.ts'
import type { Clock } from '../../ports/clock.ts'
import { Circuit } from './circuit.ts'
import { RetryBudget } from './retry-budget.ts'

/** A provider that asks for longer than this is asked again all the same. */
const LONGEST_PAUSE_MS = 60_000
/** Wildcard routes let apps name any model: what is remembered must not grow with them. */
const MOST_REMEMBERED = 2000
/** The newest measurement's part in the average. */
const NEWEST = 0.2

/** Whom a call asks: failures of one model or credential say nothing of another. */
export interface Upstream {
  readonly provider: string
  readonly model: string
  /** Tells credentials of one provider apart; never the secret. */
  readonly credential: string
  /** The provider has other credentials, so that this one can be left alone. */
  readonly others: boolean
  /** Requests open at once; undefined: no limit. */
  readonly maxConcurrent: number | undefined
}

/** A call that was let in; exactly one of its endings is told, and `release` once nothing is open any more. */
export interface Entry {
  answered(firstDataMs: number, stream: boolean): void
  failed(error: GatewayError): void
  /** It ended without saying anything of the upstream's health. */
  forgotten(): void
  release(): void
}

/** Why a call was not let in. `retryAtMs`: when to come again. */
export interface Blocked {
  readonly blocked: 'failing' | 'resting' | 'limited' | 'refused' | 'busy'
  readonly retryAtMs: number
}

const FAILURES: ReadonlySet<ErrorKind> = new Set([
  'overloaded',
  'unavailable',
  'upstream-error',
  'upstream-unreachable',
  'timeout',
  'rate-limited',
])

export class Upstreams {
  readonly retries = new RetryBudget()
  readonly #clock: Clock
  /** By provider, model and credential. */
  readonly #circuits = new Map<string, Circuit>()
  /** By provider and credential: a refused credential is refused for every model. */
  readonly #credentials = new Map<string, Circuit>()
  readonly #speeds = new Map<string, number>()
  readonly #open = new Map<string, number>()
  readonly #turns = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Lets a call through to an upstream, or says why not. */
  enter(upstream: Upstream): Entry | Blocked {
    const { provider, model, credential, maxConcurrent } = upstream
    const nowMs = this.#clock.now()
    const open = this.#open.get(provider) ?? 0
    if (maxConcurrent !== undefined && open >= maxConcurrent) return { blocked: 'busy', retryAtMs: nowMs }
    const account = remembered(this.#credentials, nameOf(provider, credential), () => new Circuit())
    if (!account.enter(nowMs)) return { blocked: 'refused', retryAtMs: account.retryAtMs }
    const circuit = remembered(this.#circuits, nameOf(provider, model, credential), () => new Circuit())
    if (!circuit.enter(nowMs)) {
      account.forgot()
      return { blocked: circuit.paused(nowMs) ?? 'failing', retryAtMs: circuit.retryAtMs }
    }
    this.#open.set(provider, open + 1)
    return this.#entry(upstream, account, circuit)
  }

  /** True when the next call would be a probe after a failure. */
  isProbe({ provider, model, credential }: Upstream): boolean {
    return this.#circuits.get(nameOf(provider, model, credential))?.state(this.#clock.now()) === 'half-open'
  }

  /** A server said that it is ready: what it failed before does not count. */
  reopen(provider: string): void {
    const prefix = nameOf(provider)
    for (const [name, circuit] of this.#circuits) if (name.startsWith(prefix)) circuit.succeeded()
  }

  /** Milliseconds to the first data of late, an average that forgets; undefined when nothing has been measured. */
  delayMs(provider: string, model: string, stream: boolean): number | undefined {
    return this.#speeds.get(nameOf(provider, model, String(stream)))
  }

  /** Counts up, so that the credentials of a provider take turns. */
  turn(provider: string): number {
    const turn = this.#turns.get(provider) ?? 0
    this.#turns.set(provider, (turn + 1) % 1_000_000)
    return turn
  }

  #entry({ provider, model, others }: Upstream, account: Circuit, circuit: Circuit): Entry {
    let released = false
    return {
      answered: (firstDataMs, stream) => {
        account.succeeded()
        circuit.succeeded()
        const name = nameOf(provider, model, String(stream))
        const before = this.#speeds.get(name)
        if (before === undefined) remembered(this.#speeds, name, () => firstDataMs)
        else this.#speeds.set(name, before + NEWEST * (firstDataMs - before))
      },
      failed: (error) => this.#failed(error, { account, circuit, others }),
      forgotten: () => {
        account.forgot()
        circuit.forgot()
      },
      release: () => {
        if (released) return
        released = true
        const left = (this.#open.get(provider) ?? 1) - 1
        if (left > 0) this.#open.set(provider, left)
        else this.#open.delete(provider)
      },
    }
  }

  #failed(error: GatewayError, { account, circuit, others }: FailedAt): void {
    const nowMs = this.#clock.now()
    const { kind, upstreamStatus, retryAfterMs } = error
    const refused = kind === 'insufficient-quota' || kind === 'upstream-credential'
    // 403: the credential may do other things than this.
    if (refused && others && upstreamStatus !== 403) {
      account.refused(nowMs)
      circuit.forgot()
      return
    }
    account.succeeded()
    if (refused && others) circuit.refused(nowMs)
    else if (!refused && !FAILURES.has(kind)) circuit.succeeded()
    else if (retryAfterMs !== undefined && retryAfterMs > 0)
      circuit.pause(nowMs + Math.min(retryAfterMs, LONGEST_PAUSE_MS), kind === 'rate-limited')
    else circuit.failed(nowMs)
  }
}

interface FailedAt {
  readonly account: Circuit
  readonly circuit: Circuit
  readonly others: boolean
}

function nameOf(...words: readonly string[]): string {
  return words.map((word) => `${word.length}:${word}`).join('')
}

/** The value of a name, made when there is none; the oldest names are forgotten. */
function remembered<Value>(map: Map<string, Value>, name: string, make: () => Value): Value {
  const known = map.get(name)
  if (known !== undefined) return known
  for (const oldest of map.keys()) {
    if (map.size < MOST_REMEMBERED) break
    map.delete(oldest)
  }
  const made = make()
  map.set(name, made)
  return made
}
