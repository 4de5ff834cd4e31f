/** Asks for what a call may use of its limits before anything is sent; routes without limits never come here. */

import { type GatewayError, gatewayError } from '../ground/error.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Held, Need } from '../services/ledger/lease-credit.ts'
import type { NoCredit } from '../services/ledger/slot.ts'
import type { CallBound } from '../services/limits/call-bound.ts'
import { LIMITS_UNREACHABLE, limitRefusal } from '../services/limits/limit-refusal.ts'
import { limitState, tightest } from '../services/limits/limit-state.ts'
import { assumedPriceOf } from '../services/limits/worst-cost.ts'
import type { CallRecord } from './call-record.ts'
import type { FoundCall } from './find-call.ts'
import { type HeldCounter, LimitHold } from './limit-hold.ts'
import { amountOf, type LimitDesk, type Money, needOf, type Weighed, weigh } from './weigh-call.ts'

/** What every model takes as the length of an answer, for calls that state none and cannot have the longest. */
const SAFE_ANSWER = 4096
/** A call without a stated length may hold this share of a limit; beyond it a shorter answer is asked for. */
const UNSTATED_SHARE = 4

/** The call with an answer as long as its limits allow, or why they do not allow it. The record settles what was held. */
export async function holdLimits(found: FoundCall, desk: LimitDesk): Promise<Result<FoundCall, GatewayError>> {
  const { gateway, record } = desk
  const nowMs = record.admittedAtMs
  const weighed = weigh(found, desk, nowMs)
  if (!weighed.ok) return weighed
  const { counters, bound, money, call } = weighed.value
  if (counters.length === 0) return ok(found)
  const wanted = bound ? wantedOutput(counters, bound, money) : 0
  const needs = counters.map((counter) => needOf(counter, bound, wanted, found.policy.refuseUncovered === true, money))
  const hold = async (asked: readonly Need[]): Promise<Result<Held, GatewayError>> => {
    const holding = record.hold(asked, found.policy.strictAccounting === true)
    const held = 'settle' in holding ? ok(holding) : await holding
    return held.ok ? held : err(refusalOf(held.error, counters, asked, record, gateway.clock.now()))
  }
  const held = await hold(needs)
  if (!held.ok) return held
  const { assumedPrice } = found.policy
  const whenUnknown = whenUnknownOf(found, desk, bound)
  const assumed = assumedPrice && assumedPriceOf(assumedPrice)
  record.limits = new LimitHold({
    counters,
    held: held.value,
    bound,
    whenUnknown,
    assumed,
    more: () => hold(needs.map((need, index) => (usesUp(counters[index]) ? need : { ...need, amount: 0, least: 0 }))),
  })
  record.limitStates = tightest(
    counters.flatMap((counter, index) => limitState(counter, held.value.left[index] ?? counter.amount - 1) ?? []),
  )
  warnOfSoftLimits(counters, held.value, record)
  if (!bound || bound.output.tokens === 0) return ok(call)
  const output = allowedOutput(needs, wanted, { counters, amounts: held.value.amounts, bound, money })
  if (output >= bound.output.tokens) return ok(call)
  const given = bound.output.stated ? output : Math.min(output, SAFE_ANSWER * bound.output.choices)
  held.value.shrink(counters.map((counter) => needOf(counter, bound, given, true, money).amount))
  return ok(capped(call, Math.max(1, Math.floor(given / bound.output.choices)), record))
}

/** The longest answer, unless nobody asked for that much and it would take too much of a limit. */
function wantedOutput(counters: readonly HeldCounter[], bound: CallBound, money: Money): number {
  const { tokens, stated, choices, leastTokens } = bound.output
  if (stated || tokens === 0) return tokens
  const heavy = counters.some(
    (counter) =>
      counter.terms.bound !== undefined &&
      amountOf(counter, bound, tokens, money) > counter.terms.bound / UNSTATED_SHARE,
  )
  return heavy ? Math.max(leastTokens, SAFE_ANSWER * choices) : tokens
}

interface Granted extends Pick<Weighed, 'counters' | 'money'> {
  readonly amounts: readonly number[]
  readonly bound: CallBound
}

/** The completion tokens that every hold covers. */
function allowedOutput(needs: readonly Need[], wanted: number, { counters, amounts, bound, money }: Granted): number {
  const allowed = needs.map(({ amount, terms }, index) => {
    const held = amounts[index] ?? 0
    if (held >= amount || terms.bound === undefined) return wanted
    const measure = counters[index]?.limit.measure
    if (measure === 'usd') return money.affordable(held)
    return measure === 'tokens' ? held - bound.inputTokens : held
  })
  return Math.min(wanted, ...allowed)
}

function capped(call: FoundCall, maxOutputTokens: number, record: CallRecord): FoundCall {
  const detail = `The limits of this route leave ${maxOutputTokens} tokens for the answer.`
  record.warnOfLimit({ feature: 'max_tokens', effect: 'changed', detail })
  return { ...call, policy: { ...call.policy, maxOutputTokens } }
}

function refusalOf(
  error: NoCredit,
  counters: readonly HeldCounter[],
  needs: readonly Need[],
  record: CallRecord,
  nowMs: number,
): GatewayError {
  if (error.reason === 'unreachable') return LIMITS_UNREACHABLE
  const index = needs.indexOf(error.need)
  const counter = counters[index]
  if (!counter) return gatewayError('internal', 'A limit refused this call and cannot be named.')
  const { known } = error
  const left = known ? counter.amount - known.spent - known.reserved : 0
  record.limitStates = tightest([limitState(counter, left) ?? []].flat())
  return limitRefusal(counter, error.need.least, known, nowMs)
}

/** Providers count and moderate for nothing, or say what it was. */
const FREE_TASKS: ReadonlySet<string> = new Set(['count-tokens', 'moderations'])

function whenUnknownOf(
  { body }: FoundCall,
  { endpoint }: LimitDesk,
  bound: CallBound | undefined,
): 'estimate' | 'hold' | 'nothing' {
  if (endpoint.kind === 'realtime' || (endpoint.kind === 'task' && FREE_TASKS.has(endpoint.wire.task))) return 'nothing'
  // The answer comes later, to another request, which may never be made: what it may use counts as used.
  if (body.json.background === true) return 'hold'
  const pieces = Object.keys(bound?.pieces ?? {}).length > 0
  return endpoint.kind === 'chat' || !pieces ? 'estimate' : 'hold'
}

/** Soft limits warn the app, shadow limits only leave a note in the row. */
function warnOfSoftLimits(counters: readonly HeldCounter[], { known }: Held, record: CallRecord): void {
  for (const [index, { limit, amount }] of counters.entries()) {
    const used = known[index]
    if (limit.enforce === 'hard' || used === undefined || used < amount) continue
    const feature = `limit.${limit.id}`
    if (limit.enforce === 'shadow') record.notes.push(`${feature}:shadow`)
    else
      record.warnOfLimit({
        feature,
        effect: 'changed',
        detail: `The limit "${limit.id}" is used up; it does not refuse calls.`,
      })
  }
}

/** Tokens and money are used up by what a call does, requests and calls at the same moment by its being. */
function usesUp(counter: HeldCounter | undefined): boolean {
  return counter !== undefined && counter.limit.measure !== 'requests' && counter.limit.measure !== 'concurrent'
}
