/** The hub's thinking and top-k -> `additionalModelRequestFields`, in the words of the model's family. */

import type { ChatCall, ReasoningEffort, ReasoningRequest } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import { encodeReasoning } from '../anthropic-messages/encode-reasoning.ts'
import { Losses } from '../losses.ts'
import type { ModelFamily, Quirks } from '../quirks.ts'
import type { EncodeContext } from './encode-context.ts'

export interface ModelFields {
  readonly fields: JsonObject
  /** A thinking budget is on, which forbids most sampling settings. */
  readonly thinks: boolean
  /** The output limit that has to hold the thinking too, where the client set none. */
  readonly maxTokens?: number
}

/** The family whose pattern fits the model; undefined for models that the provider's row does not know. */
export function familyOf(model: string, quirks: Quirks): ModelFamily | undefined {
  return quirks.modelFamilies?.find(({ models }) => models.test(model))
}

/** For calls of another wire; those of this one keep the object their client wrote. */
export function encodeModelFields(call: ChatCall, quirks: Quirks, context: EncodeContext): ModelFields {
  const family = familyOf(call.model, quirks)
  const reasoning = encodeThinking(call, { family, quirks }, context)
  const topK = encodeTopK(call.topK, { family, thinks: reasoning.thinks }, context)
  return { ...reasoning, fields: { ...reasoning.fields, ...topK } }
}

interface Known {
  readonly family: ModelFamily | undefined
  readonly quirks: Quirks
}

function encodeThinking(call: ChatCall, { family, quirks }: Known, context: EncodeContext): ModelFields {
  const { reasoning } = call
  if (!reasoning) return { fields: {}, thinks: false }
  switch (family?.reasoning) {
    case 'thinking':
      return claudeThinking(call, { ...quirks, ...thinkingRequestOf(family) }, context)
    case 'reasoningConfig':
      return { fields: novaReasoning(reasoning, context), thinks: false }
    case 'reasoning_effort':
      return { fields: effortField(reasoning, context), thinks: false }
    default:
      // Nobody has to be told that a model which was not to think does not.
      if (reasoning.effort !== 'none')
        context.losses.dropped('reasoning_effort', 'It is not known how this model is asked to think.')
      return { fields: {}, thinks: false }
  }
}

function thinkingRequestOf({ thinkingRequest }: ModelFamily): Partial<Quirks> {
  return thinkingRequest ? { thinkingRequest } : {}
}

/** Claude takes here what it takes in its own API, so that API's rules for budgets and limits hold. */
function claudeThinking(call: ChatCall, quirks: Quirks, { losses, toolIds }: EncodeContext): ModelFields {
  const scratch = new Losses()
  const { thinking, effort, maxTokens } = encodeReasoning(call, quirks, { losses: scratch, toolIds, native: false })
  // This API needs no output limit of its own.
  for (const { feature, effect, detail } of scratch.warnings)
    if (feature !== 'max_tokens') losses[effect](feature, detail)
  const thinks = thinking?.type === 'enabled'
  const setsLimit = thinks && call.maxOutputTokens === undefined
  if (setsLimit) losses.changed('max_tokens', `Thinking needs an output limit; it was set to ${maxTokens}.`)
  return {
    fields: { ...(thinking && { thinking }), ...(effort !== undefined && { output_config: { effort } }) },
    thinks,
    ...(setsLimit && { maxTokens }),
  }
}

/** Nova knows three efforts. */
const NOVA_EFFORT: Readonly<Record<Exclude<ReasoningEffort, 'none'>, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
}

function novaReasoning(reasoning: ReasoningRequest, { losses }: EncodeContext): JsonObject {
  if (reasoning.effort === 'none') return { reasoningConfig: { type: 'disabled' } }
  const asked = reasoning.effort ?? effortOfBudget(reasoning.budgetTokens)
  const word = NOVA_EFFORT[asked]
  if (word !== reasoning.effort)
    losses.changed('reasoning_effort', `This model was asked to think with effort "${word}".`)
  return { reasoningConfig: { type: 'enabled', maxReasoningEffort: word } }
}

function effortField(reasoning: ReasoningRequest, { losses }: EncodeContext): JsonObject {
  const asked = reasoning.effort === 'none' ? 'low' : (reasoning.effort ?? effortOfBudget(reasoning.budgetTokens))
  const word = NOVA_EFFORT[asked]
  if (word !== reasoning.effort)
    losses.changed('reasoning_effort', `This model always thinks; it was asked to with effort "${word}".`)
  return { reasoning_effort: word }
}

function effortOfBudget(budget: number | undefined): 'low' | 'medium' | 'high' {
  if (budget === undefined) return 'medium'
  return budget < 4096 ? 'low' : budget < 16_384 ? 'medium' : 'high'
}

interface TopKContext {
  readonly family: ModelFamily | undefined
  readonly thinks: boolean
}

function encodeTopK(topK: number | undefined, { family, thinks }: TopKContext, { losses }: EncodeContext): JsonObject {
  if (topK === undefined) return {}
  if (thinks || family?.topK === undefined) {
    losses.dropped('top_k', thinks ? 'This model takes no top_k while it thinks.' : 'This model has no top_k setting.')
    return {}
  }
  return family.topK === 'top_k' ? { top_k: topK } : { inferenceConfig: { topK } }
}
