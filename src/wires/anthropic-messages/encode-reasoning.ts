/** The hub's reasoning request -> `thinking`, `output_config.effort` and the `max_tokens` that has to hold both. */

import type { ChatCall, ReasoningRequest } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Quirks } from '../quirks.ts'
import { BUDGET_OF_EFFORT, EFFORT_WORD, SMALLEST_BUDGET } from './effort.ts'
import type { EncodeContext } from './encode-context.ts'

/** `max_tokens` when neither the client nor the provider's row says one. */
const FALLBACK_MAX_TOKENS = 4096

export interface EncodedReasoning {
  readonly maxTokens: number
  readonly thinking?: JsonObject
  readonly effort?: string
}

/**
 * Thinking counts towards `max_tokens`, so a budget stays below a limit that the client or a policy set, and is added
 * to our own default. A client of another wire also sent things that thinking forbids; then the thinking gives way.
 */
export function encodeReasoning(call: ChatCall, quirks: Quirks, context: EncodeContext): EncodedReasoning {
  const wanted = wantedThinking(call, quirks, context)
  const base = quirks.defaultMaxTokens ?? FALLBACK_MAX_TOKENS
  const budget = wanted.budget ?? 0
  const maxTokens = call.maxOutputTokens ?? base + budget
  if (call.maxOutputTokens === undefined)
    context.losses.changed('max_tokens', `The Messages API needs an output limit; it was set to ${maxTokens}.`)
  const { budget: _, ...rest } = wanted
  if (wanted.budget === undefined) return { maxTokens, ...rest }
  // A budget we chose ourselves leaves a fifth of the client's limit for the answer.
  const share = context.native || call.maxOutputTokens === undefined ? 1 : 0.8
  const fitting = fittingBudget(wanted.budget, { maxTokens, share }, context)
  if (fitting === undefined) return { maxTokens, ...(rest.effort !== undefined && { effort: rest.effort }) }
  return { maxTokens, ...rest, thinking: { type: 'enabled', budget_tokens: fitting } }
}

interface Wanted {
  readonly thinking?: JsonObject
  readonly effort?: string
  readonly budget?: number
}

function wantedThinking(call: ChatCall, quirks: Quirks, context: EncodeContext): Wanted {
  const { reasoning } = call
  if (!reasoning) return {}
  if (reasoning.effort === 'none') return { thinking: { type: 'disabled' } }
  const effort = reasoning.effort === undefined ? {} : { effort: EFFORT_WORD[reasoning.effort] }
  if (context.native) {
    if (reasoning.adaptive) return { thinking: { type: 'adaptive' }, ...effort }
    return { ...effort, ...(reasoning.budgetTokens !== undefined && { budget: reasoning.budgetTokens }) }
  }
  if (quirks.thinkingRequest === 'adaptive') return adaptive(reasoning, effort, context)
  const word = reasoning.effort ?? (reasoning.adaptive ? 'medium' : undefined)
  const budget = reasoning.budgetTokens ?? (word && BUDGET_OF_EFFORT[word])
  if (budget === undefined) return {}
  const obstacle = obstacleToThinking(call)
  if (obstacle === undefined) {
    if (reasoning.adaptive && reasoning.budgetTokens === undefined)
      context.losses.changed('reasoning', `The model was asked to think with a budget of ${budget} tokens.`)
    return { budget }
  }
  context.losses.dropped('reasoning_effort', obstacle)
  return {}
}

function adaptive(reasoning: ReasoningRequest, effort: { effort?: string }, { losses }: EncodeContext): Wanted {
  if (reasoning.effort === 'minimal')
    losses.changed('reasoning_effort', 'Effort "minimal" was sent as "low", the least this provider has.')
  if (reasoning.budgetTokens !== undefined)
    losses.dropped('reasoning.max_tokens', 'This provider chooses itself how much to think.')
  return { thinking: { type: 'adaptive' }, ...effort }
}

/** Why a thinking budget would make the provider refuse a call that another wire allows; undefined if it would not. */
function obstacleToThinking(call: ChatCall): string | undefined {
  const forced = call.toolChoice?.type === 'required' || call.toolChoice?.type === 'tool'
  if (forced && call.tools?.length) return 'The Messages API cannot think when a tool call is demanded.'
  // In the middle of a tool loop the assistant turn must open with the signed thinking that led to the calls.
  const lastUser = call.messages.findLastIndex(({ role }) => role === 'user')
  const inLoop = call.messages.slice(lastUser + 1).find(({ role }) => role === 'assistant')
  if (!inLoop?.content.some(({ type }) => type === 'tool-call')) return undefined
  const signed = inLoop.content.some((block) => block.type === 'reasoning' && (block.signature || block.redacted))
  return signed ? undefined : 'The earlier tool calls come without signed thinking, so this turn cannot think either.'
}

function fittingBudget(
  wanted: number,
  { maxTokens, share }: { maxTokens: number; share: number },
  { losses, native }: EncodeContext,
): number | undefined {
  const feature = native ? 'thinking.budget_tokens' : 'reasoning_effort'
  const room = maxTokens - 1
  if (room < SMALLEST_BUDGET) {
    losses.dropped(feature, `Thinking needs an output limit above ${SMALLEST_BUDGET} tokens; it was ${maxTokens}.`)
    return undefined
  }
  const fitting = Math.max(SMALLEST_BUDGET, Math.min(wanted, Math.floor(room * share)))
  if (fitting !== wanted)
    losses.changed(feature, `The thinking budget was set to ${fitting} tokens instead of ${wanted} to fit the limits.`)
  return fitting
}
