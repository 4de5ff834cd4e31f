/** Finds the counters of a call, the most it may use of each, and what that may cost. */

import type { LimitSettings } from '../config/limit-settings.ts'
import type { RouteTarget } from '../config/revision.ts'
import type { GatewayError } from '../ground/error.ts'
import { asObject, asString } from '../ground/json.ts'
import { err, ok, type Result } from '../ground/result.ts'
import { MOST_TAG_VALUE } from '../ground/tags.ts'
import type { Need } from '../services/ledger/lease-credit.ts'
import type { CallBound } from '../services/limits/call-bound.ts'
import { priceUnknown } from '../services/limits/limit-refusal.ts'
import { type CallScopes, counterOf } from '../services/limits/limit-terms.ts'
import { affordableOutput, assumedPriceOf, type PriceOf, worstCost } from '../services/limits/worst-cost.ts'
import { unpricedNote } from '../stores/row-alerts.ts'
import { boundOf } from './bound-of.ts'
import type { CallRecord } from './call-record.ts'
import type { Endpoint } from './endpoint.ts'
import type { FoundCall } from './find-call.ts'
import type { Gateway, VerifiedKey } from './gateway.ts'
import type { HeldCounter } from './limit-hold.ts'

export interface LimitDesk {
  readonly request: Request
  readonly endpoint: Exclude<Endpoint, { kind: 'stored' }>
  readonly gateway: Gateway
  readonly key: VerifiedKey
  readonly record: CallRecord
}

/** What completion tokens may cost at most, over all targets that may answer. */
export interface Money {
  cost(outputTokens: number): number
  /** The most completion tokens that cost no more. */
  affordable(nano: number): number
}

/** A call in the scales of its limits. */
export interface Weighed {
  readonly counters: readonly HeldCounter[]
  readonly bound: CallBound | undefined
  readonly money: Money
  /** Without targets that a limit on money cannot weigh. */
  readonly call: FoundCall
}

/** Fails when a hard limit on money meets no target with a price. */
export function weigh(found: FoundCall, desk: LimitDesk, nowMs: number): Result<Weighed, GatewayError> {
  const { gateway } = desk
  const limits = found.policy.limits ?? []
  const models = [...new Set(found.targets.map(modelOf))]
  const counters = limits.flatMap((limit) => countersOf(limit, models, found, desk, nowMs))
  const measures = new Set(counters.map(({ limit }) => limit.measure))
  const counts = ['tokens', 'input_tokens', 'output_tokens', 'usd'] as const
  const bound = counts.some((measure) => measures.has(measure)) ? boundOf(found, desk.endpoint) : undefined
  const none = { cost: () => 0, affordable: () => Number.MAX_SAFE_INTEGER }
  if (!bound || !measures.has('usd')) return ok({ counters, bound, money: none, call: found })
  const assumed = found.policy.assumedPrice && assumedPriceOf(found.policy.assumedPrice)
  const priceAt =
    (target: RouteTarget): PriceOf =>
    (usage, serviceClass) => {
      const { provider, model } = target
      const { team } = desk.key.record
      // How much will be searched nobody knows yet: the dearest counts.
      const priced = gateway.price({ provider, team, model, usage, serviceClass, searchContext: 'high', atMs: nowMs })
      return priced.known ? priced.costNano : undefined
    }
  const hard = counters.some(({ limit }) => limit.measure === 'usd' && limit.enforce === 'hard')
  const prices = found.targets.flatMap((target) => {
    const own = priceAt(target)
    const whole = worstCost(bound, bound.output.tokens, own)
    if (whole !== undefined) return [{ target, price: own, whole }]
    const price = assumed ?? free
    return assumed || !hard ? [{ target, price, whole: worstCost(bound, bound.output.tokens, price) ?? 0 }] : []
  })
  // The account tells the operator of these.
  for (const target of found.targets)
    if (!prices.some((priced) => priced.target === target)) desk.record.notes.push(unpricedNote(modelOf(target)))
  if (prices.length === 0) return err(priceUnknown(desk.record.route, models))
  // Nearly every call asks for its longest answer alone, which has just been priced.
  const cost = (tokens: number): number =>
    tokens === bound.output.tokens
      ? Math.max(...prices.map(({ whole }) => whole))
      : Math.max(...prices.map(({ price }) => worstCost(bound, tokens, price) ?? 0))
  const affordable = (nano: number): number =>
    Math.min(...prices.map(({ price }) => affordableOutput(bound, nano, price)))
  const call =
    prices.length === found.targets.length ? found : { ...found, targets: prices.map(({ target }) => target) }
  return ok({ counters, bound, money: { cost, affordable }, call })
}

/** A soft limit does not refuse what it cannot weigh. */
const free: PriceOf = () => 0n

function countersOf(
  limit: LimitSettings,
  models: readonly string[],
  found: FoundCall,
  desk: LimitDesk,
  nowMs: number,
): HeldCounter[] {
  const scopes = scopesOf(found, desk)
  if (limit.per !== 'model') return counterList(counterOf(limit, { ...scopes, model: '' }, nowMs))
  return models.flatMap((model) => counterList(counterOf(limit, { ...scopes, model }, nowMs), model))
}

function counterList(counter: ReturnType<typeof counterOf>, model?: string): HeldCounter[] {
  return counter ? [{ ...counter, ...(model !== undefined && { model }) }] : []
}

function scopesOf(found: FoundCall, { gateway, key, record }: LimitDesk): Omit<CallScopes, 'model'> {
  return {
    key: key.record.id,
    user: record.user ?? '',
    team: key.record.team,
    organisation: gateway.revision.organisation,
    route: record.route,
    tag: (name) => record.tags?.[name] ?? tagInBody(found, name, record),
  }
}

/** A body's metadata may say anything; only what a limit counts by becomes a tag of the call, for its row. */
function tagInBody({ body }: FoundCall, name: string, record: CallRecord): string {
  const value = asString(asObject(body.json.metadata)?.[name])?.slice(0, MOST_TAG_VALUE) ?? ''
  if (value !== '') record.tags = { ...record.tags, [name]: value }
  return value
}

function modelOf({ provider, model }: RouteTarget): string {
  return `${provider}/${model}`
}

/** What a counter must hold for an answer of that length; `whole`: no shorter one will do. */
export function needOf(
  counter: HeldCounter,
  bound: CallBound | undefined,
  output: number,
  whole: boolean,
  money: Money,
): Need {
  const amount = Math.ceil(amountOf(counter, bound, output, money))
  const leastOutput = bound && !whole ? Math.min(output, bound.output.leastTokens) : output
  const least = leastOutput < output ? Math.ceil(amountOf(counter, bound, leastOutput, money)) : amount
  return { terms: counter.terms, amount, least }
}

/** What a call with an answer of that length uses of a counter at most. */
export function amountOf({ limit }: HeldCounter, bound: CallBound | undefined, output: number, money: Money): number {
  const input = bound?.inputTokens ?? 0
  switch (limit.measure) {
    case 'requests':
    case 'concurrent':
      return 1
    case 'input_tokens':
      return input
    case 'output_tokens':
      return output
    case 'tokens':
      return input + output
    case 'usd':
      return money.cost(output)
  }
}
