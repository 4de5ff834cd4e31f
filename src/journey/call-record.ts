/** The facts of one call as they become known, and the one moment they are written. */

import type { GatewayError } from '../ground/error.ts'
import type { Usage, UsageSource } from '../ground/usage.ts'
import type { Warning } from '../ground/warning.ts'
import type { LedgerRow, Outcome } from '../ports/accounts.ts'
import type { KeyRecord } from '../ports/keys.ts'
import type { Tapped } from '../wires/wire.ts'
import type { Gateway, Slot } from './gateway.ts'

/** How a call ended, as far as the journey can tell. */
export interface Ending {
  readonly outcome: Outcome
  readonly status: number
  readonly usage?: Usage
  readonly usageSource: UsageSource
  readonly error?: GatewayError
  /** What the tap saw: price class, the reply's id, the provider's own charge. */
  readonly tapped?: Pick<Tapped, 'serviceClass' | 'replyId' | 'billedNano' | 'searchContext'>
  /** The provider refused with an error status: it did no work and bills none. */
  readonly unbilled?: boolean
}

export class CallRecord {
  readonly requestId: string
  readonly admittedAtMs: number
  readonly warnings: Warning[] = []
  user: string | undefined
  route = ''
  target = ''
  provider = ''
  requestedModel = ''
  /** The model asked of the upstream. */
  targetModel = ''
  answeredModel: string | undefined
  upstreamWire: string | undefined
  stream = false
  attempts = 0
  firstByteAtMs: number | undefined
  /** A later call may refer to this call's reply by its id. */
  keepReplyId = false
  /** Once settled: what the call cost in nano-dollars; undefined when nobody knows. */
  costNano: bigint | undefined
  #settled = false
  readonly #gateway: Gateway
  readonly #slot: Slot
  readonly #key: KeyRecord
  readonly #clientWire: string

  constructor(options: { gateway: Gateway; slot: Slot; key: KeyRecord; clientWire: string; admittedAtMs: number }) {
    this.#gateway = options.gateway
    this.#slot = options.slot
    this.#key = options.key
    this.#clientWire = options.clientWire
    this.requestId = options.slot.requestId
    this.admittedAtMs = options.admittedAtMs
  }

  /** The row has been written. */
  get settled(): boolean {
    return this.#settled
  }

  /** Marks the first byte that goes to the client. */
  markFirstByte(): void {
    this.firstByteAtMs ??= this.#gateway.clock.now()
  }

  /** Writes the row. Only the first ending counts. */
  settle(ending: Ending): void {
    if (this.#settled) return
    this.#settled = true
    this.#slot.settle(this.#row(ending))
  }

  #row(ending: Ending): Omit<LedgerRow, 'requestId'> {
    const priced = this.#price(ending)
    this.costNano = priced.costNano === undefined ? undefined : BigInt(priced.costNano)
    const { serviceClass, replyId, billedNano } = ending.tapped ?? {}
    return {
      admittedAtMs: this.admittedAtMs,
      team: this.#key.team,
      keyId: this.#key.id,
      user: this.user,
      route: this.route,
      target: this.target,
      provider: this.provider,
      requestedModel: this.requestedModel,
      answeredModel: this.answeredModel,
      clientWire: this.#clientWire,
      upstreamWire: this.upstreamWire,
      stream: this.stream,
      outcome: ending.outcome,
      status: ending.status,
      errorKind: ending.error?.kind,
      usage: ending.usage,
      usageSource: ending.usageSource,
      ...priced,
      latencyMs: Math.max(0, this.#gateway.clock.now() - this.admittedAtMs),
      firstByteMs: this.firstByteAtMs === undefined ? undefined : Math.max(0, this.firstByteAtMs - this.admittedAtMs),
      attempts: this.attempts,
      warnings: this.warnings.length
        ? this.warnings.map((warning) => `${warning.feature}:${warning.effect}`)
        : undefined,
      revision: this.#gateway.revision.hash,
      serviceClass: serviceClass === 'standard' ? undefined : serviceClass,
      replyId: this.keepReplyId ? replyId : undefined,
      billedNano: billedNano?.toString(),
    }
  }

  /** A call that never reached an upstream, or that the upstream refused, costs nothing; one whose usage or price nobody knows is unknown. */
  #price(ending: Ending): Pick<LedgerRow, 'costNano' | 'priceHash' | 'priceDate'> {
    if (this.attempts === 0 || ending.unbilled) return { costNano: '0' }
    if (!ending.usage) return {}
    const priced = this.#gateway.price({
      provider: this.provider,
      model: this.answeredModel ?? this.targetModel,
      usage: ending.usage,
      serviceClass: ending.tapped?.serviceClass,
      searchContext: ending.tapped?.searchContext,
      atMs: this.admittedAtMs,
    })
    if (!priced.known) return {}
    return { costNano: priced.costNano.toString(), priceHash: priced.priceHash, priceDate: priced.priceDate }
  }
}
