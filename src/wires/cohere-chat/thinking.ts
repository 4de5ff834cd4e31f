/** `thinking` of a request <-> the hub's reasoning request. */

import type { ChatCall, ReasoningRequest } from '../../ground/chat-call.ts'
import { asNumber, type JsonObject } from '../../ground/json.ts'
import { BUDGET_OF_EFFORT } from '../anthropic-messages/effort.ts'
import type { Losses } from '../losses.ts'
import type { Problems } from '../problems.ts'

/** Enabled without a budget leaves the amount to the model. */
export function decodeThinking(body: JsonObject, problems: Problems): ReasoningRequest | undefined {
  const thinking = problems.object(body, 'thinking')
  if (!thinking) return undefined
  if (thinking.type === 'disabled') return { effort: 'none' }
  const budgetTokens = asNumber(thinking.token_budget)
  if (thinking.type === 'enabled') return budgetTokens === undefined ? { adaptive: true } : { budgetTokens }
  problems.report('thinking.type', 'must be "enabled" or "disabled"')
  return undefined
}

/** As a field to spread. The API knows budgets of tokens, not efforts. */
export function encodeThinking({ reasoning }: ChatCall, losses: Losses): JsonObject {
  if (!reasoning) return {}
  const { effort, budgetTokens } = reasoning
  if (budgetTokens !== undefined) return { thinking: { type: 'enabled', token_budget: budgetTokens } }
  if (effort === 'none') return { thinking: { type: 'disabled' } }
  if (effort === undefined) return { thinking: { type: 'enabled' } }
  const budget = BUDGET_OF_EFFORT[effort]
  losses.changed('thinking', `Effort "${effort}" was sent as a thinking budget of ${budget} tokens.`)
  return { thinking: { type: 'enabled', token_budget: budget } }
}
