/** The hub's reasoning request -> the field by which this provider is asked to think. */

import type { ChatCall, ReasoningEffort, ReasoningRequest } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import { decodeReasoning } from './decode-reasoning.ts'
import type { EncodeContext } from './encode-context.ts'

/** The largest budget that still is this much effort; the same scale as Anthropic's budgets for effort words. */
const EFFORT_OF_BUDGET: readonly (readonly [number, ReasoningEffort])[] = [
  [2048, 'low'],
  [8192, 'medium'],
  [Number.POSITIVE_INFINITY, 'high'],
]

/**
 * What the client wrote, when it wrote this wire and nobody changed it. Otherwise the provider's own form; efforts above
 * `high` from other wires are sent as `high`, which every thinking model knows.
 */
export function encodeReasoning(call: ChatCall, context: EncodeContext): JsonObject {
  const { reasoning } = call
  const written = context.native ? call.extras?.asWritten : undefined
  if (written && same(decodeReasoning(written).reasoning, reasoning)) return { ...written }
  if (!reasoning) return {}
  switch (context.quirks.reasoningRequest) {
    case 'none':
      context.losses.dropped('reasoning_effort', 'This provider cannot be told how much to think.')
      return {}
    case 'reasoning-object':
      return asObject(reasoning, context)
    case 'reasoning_effort':
      return asEffort(reasoning, context)
  }
}

function asObject({ effort, budgetTokens, adaptive }: ReasoningRequest, { native, losses }: EncodeContext): JsonObject {
  if (budgetTokens !== undefined) {
    if (effort !== undefined) losses.dropped('reasoning_effort', 'The thinking budget was sent instead of the effort.')
    return { reasoning: { max_tokens: budgetTokens } }
  }
  if (effort !== undefined) return { reasoning: { effort: native ? effort : plain(effort) } }
  return adaptive ? { reasoning: { enabled: true } } : {}
}

function asEffort(reasoning: ReasoningRequest, { native, losses }: EncodeContext): JsonObject {
  const { effort, budgetTokens } = reasoning
  if (effort !== undefined) {
    if (native) return { reasoning_effort: effort }
    if (effort === 'none') {
      // Models that cannot think refuse the field altogether, and `none` is only known to the newest that can.
      losses.changed('thinking', 'Nothing was said about thinking: not every model of this API can be told not to.')
      return {}
    }
    if (plain(effort) !== effort) losses.changed('thinking', `Effort "${effort}" was sent as "${plain(effort)}".`)
    return { reasoning_effort: plain(effort) }
  }
  if (budgetTokens !== undefined) {
    const word = EFFORT_OF_BUDGET.find(([most]) => budgetTokens <= most)?.[1] ?? 'high'
    losses.changed('thinking', `A thinking budget of ${budgetTokens} tokens was sent as effort "${word}".`)
    return { reasoning_effort: word }
  }
  losses.changed('thinking', 'Thinking without a measure was sent as effort "medium".')
  return { reasoning_effort: 'medium' }
}

function plain(effort: ReasoningEffort): ReasoningEffort {
  return effort === 'xhigh' || effort === 'max' ? 'high' : effort
}

function same(a: ReasoningRequest | undefined, b: ReasoningRequest | undefined): boolean {
  return a?.effort === b?.effort && a?.budgetTokens === b?.budgetTokens && a?.adaptive === b?.adaptive
}
