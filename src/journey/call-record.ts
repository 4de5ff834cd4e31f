/** The facts of one call as they become known, and the one moment they are written. */

import type { CanaryPlan } from '../ground/canary.ts'
import type { GatewayError } from '../ground/error.ts'
import type { Tags } from '../ground/tags.ts'
import type { Usage, UsageSource } from '../ground/usage.ts'
import type { Warning } from '../ground/warning.ts'
import type { LedgerRow, Outcome } from '../ports/accounts.ts'
import type { KeyRecord } from '../ports/keys.ts'
import type { LimitState } from '../services/limits/limit-state.ts'
import type { Side } from '../services/routing/canary-desk.ts'
import type { Tapped } from '../wires/wire.ts'
import type { CacheWrite } from './cache-write.ts'
import type { Gateway, Slot, WaitUntil } from './gateway.ts'
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

export interface CallRecordOptions {
  readonly gateway: Gateway
  readonly slot: Slot
  readonly key: KeyRecord
  readonly clientWire: string
  readonly admittedAtMs: number
  readonly waitUntil: WaitUntil
}

const MOST_DECISIONS = 20

export class CallRecord {
  /** Of the request that makes the call. */
  readonly waitUntil: WaitUntil
  readonly requestId: string
  readonly admittedAtMs: number
  readonly warnings: Warning[] = []
  user: string | undefined
  /** Of a shadow call: the call it repeats. */
  shadowOf: string | undefined
  /** Of a shadow call: how alike its reply is to the app's, once it is there. */
  compare: (() => number | undefined) | undefined
  /** The labels the app gave the call. */
  tags: Tags | undefined
  /** The side that was chosen, on a route with a canary. */
  canary: { readonly route: string; readonly plan: CanaryPlan; readonly side: Side } | undefined
  route = ''
  target = ''
  /** How the first target came to be chosen. */
  why: string | undefined
  /** What became of the targets, in order, in words; of a call that the first target answered at once nothing. */
  readonly decisions: string[] = []
  /** The target that was tried first. */
  firstTarget: string | undefined
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
  /** Takes down the answer, where the route keeps answers. */
  cacheWrite: CacheWrite | undefined
  /** What the route's cache did for the call; undefined where the route has none. */
  cache: 'hit' | 'semantic' | 'miss' | 'bypass' | undefined
  /** What a kept answer cost when it was made, in decimal digits of nano-dollars; undefined when nobody knows. */
  savedNano: string | undefined
  #ending: Ending | undefined
  readonly #gateway: Gateway
  readonly #slot: Slot
  readonly #key: KeyRecord
  readonly #clientWire: string

  constructor(options: CallRecordOptions) {
    this.waitUntil = options.waitUntil
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

  /** Notes what was decided, for people who ask why. */
  decide(what: string): void {
    if (this.decisions.length < MOST_DECISIONS) this.decisions.push(what.slice(0, 300))
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
    this.#observe(row)
    const over = this.limits?.settle(row, `${this.provider}/${this.targetModel}`) ?? []
    const notes = [...this.notes, ...over.map((limit) => `limit.${limit}:hold-exceeded`)]
    this.#slot.settle(notes.length > 0 ? { ...row, warnings: [...(row.warnings ?? []), ...notes] } : row)
  }

  /** Evidence for the side that was chosen; a call that its app gave up, or that was never sent, is none. */
  #observe(row: Omit<LedgerRow, 'requestId'>): void {
    const { canary } = this
    if (!canary || row.attempts === 0 || row.outcome === 'aborted') return
    const { route, plan, side } = canary
    this.#gateway.canaries.observe(
      route,
      plan,
      side,
      {
        failed: row.outcome !== 'ok' || this.#fellBack,
        latencyMs: row.latencyMs,
        ...(row.costNano !== undefined && { costNano: Number(row.costNano) }),
        guarded: row.guard !== undefined,
      },
      this.waitUntil,
    )
  }

  /** Another target than the chosen one answered, because the chosen one failed. */
  get #fellBack(): boolean {
    return this.firstTarget !== undefined && this.firstTarget !== this.target
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
      chosenTarget: this.#fellBack ? this.firstTarget : undefined,
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
      shadowOf: this.shadowOf,
      likeness: this.compare?.(),
      cache: this.cache,
      savedNano: this.savedNano,
      decisions: this.decisions.length > 0 ? [...(this.why ? [this.why] : []), ...this.decisions] : undefined,
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
