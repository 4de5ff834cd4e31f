/** The facts of one call as they become known, and the one moment they are written. */

import type { GatewayError } from '../ground/error.ts'
import type { Tags } from '../ground/tags.ts'
import type { Usage, UsageSource } from '../ground/usage.ts'
import type { Warning } from '../ground/warning.ts'
import type { LedgerRow, Outcome } from '../ports/accounts.ts'
import type { KeyRecord } from '../ports/keys.ts'
import type { LimitState } from '../services/limits/limit-state.ts'
import type { Tapped } from '../wires/wire.ts'
import type { Gateway, Slot } from './gateway.ts'
import type { LimitHold } from './limit-hold.ts'
import type { ReplyTape } from './reply-tape.ts'

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
  /** The labels the app gave the call. */
  tags: Tags | undefined
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
  /** What the call holds of its limits. */
  limits: LimitHold | undefined
  /** What the limits leave, for headers. */
  limitStates: readonly LimitState[] | undefined
  /** Warnings that hold whichever target answers. */
  readonly limitWarnings: Warning[] = []
  /** For the row alone, where warnings are for the app too. */
  readonly notes: string[] = []
  /** Asks for credit for this call. */
  readonly hold: Slot['hold']
  /** Takes down a reply that streams, for calls that repeat this one. */
  tape: ReplyTape | undefined
  #ending: Ending | undefined
  readonly #gateway: Gateway
  readonly #slot: Slot
  readonly #key: KeyRecord
  readonly #clientWire: string

  constructor(options: { gateway: Gateway; slot: Slot; key: KeyRecord; clientWire: string; admittedAtMs: number }) {
    this.#gateway = options.gateway
    this.#slot = options.slot
    this.hold = options.slot.hold
    this.#key = options.key
    this.#clientWire = options.clientWire
    this.requestId = options.slot.requestId
    this.admittedAtMs = options.admittedAtMs
  }

  /** The row has been written. */
  get settled(): boolean {
    return this.#ending !== undefined
  }

  /** How the call ended, once it has. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  /** Marks the first byte that goes to the client. */
  markFirstByte(): void {
    this.firstByteAtMs ??= this.#gateway.clock.now()
  }

  /** Warns of what its limits do to the call, whichever target answers. */
  warnOfLimit(warning: Warning): void {
    this.warnings.push(warning)
    this.limitWarnings.push(warning)
  }

  /** Writes the row. Only the first ending counts. */
  settle(ending: Ending): void {
    if (this.#ending) return
    this.#ending = ending
    const row = this.#row(this.#reviewed(ending))
    const over = this.limits?.settle(row, `${this.provider}/${this.targetModel}`) ?? []
    const notes = [...this.notes, ...over.map((limit) => `limit.${limit}:hold-exceeded`)]
    this.#slot.settle(notes.length > 0 ? { ...row, warnings: [...(row.warnings ?? []), ...notes] } : row)
  }

  /** Where limits depend on it, a usage is held against what the call could have used, and estimated where there is none. */
  #reviewed(ending: Ending): Ending {
    const sound = this.attempts > 0 ? this.limits?.review(ending) : undefined
    if (!sound) return ending
    this.notes.push(...sound.corrected.map((name) => `${name}:corrected`))
    return { ...ending, usage: sound.usage, usageSource: sound.source }
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
      askedModel: this.answeredModel === undefined && this.targetModel !== '' ? this.targetModel : undefined,
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
      tags: this.tags,
    }
  }

  /** What a usage costs so far; undefined when nobody knows. */
  costOf(usage: Usage): bigint | undefined {
    const { costNano } = this.#price({ outcome: 'ok', status: 0, usage, usageSource: 'partial' })
    return costNano === undefined ? undefined : BigInt(costNano)
  }

  /** A call that never reached an upstream, or that the upstream refused, costs nothing; one whose usage or price nobody knows is unknown. */
  #price(ending: Ending): Pick<LedgerRow, 'costNano' | 'listNano' | 'priceHash' | 'priceDate'> {
    if (this.attempts === 0 || ending.unbilled) return { costNano: '0' }
    if (!ending.usage) return {}
    const priced = this.#gateway.price({
      provider: this.provider,
      team: this.#key.team,
      model: this.answeredModel ?? this.targetModel,
      usage: ending.usage,
      serviceClass: ending.tapped?.serviceClass,
      searchContext: ending.tapped?.searchContext,
      atMs: this.admittedAtMs,
    })
    const assumed = priced.known ? undefined : this.limits?.assumedCost(ending.usage)
    if (assumed !== undefined) return { costNano: assumed.toString(), priceHash: 'assumed' }
    if (!priced.known) return {}
    const { costNano, listNano, priceHash, priceDate } = priced
    const listed = listNano === undefined ? {} : { listNano: listNano.toString() }
    return { costNano: costNano.toString(), ...listed, priceHash, priceDate }
  }
}
