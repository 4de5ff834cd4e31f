/** How a request asks for thinking, in the three ways clients write it -> the hub's reasoning request. */

import type { ReasoningEffort, ReasoningRequest } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asNumber, asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import { lookUp } from '../look-up.ts'

const EFFORTS: Readonly<Record<string, ReasoningEffort>> = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
}

export interface DecodedReasoning {
  readonly reasoning?: ReasoningRequest
  /** What the hub could not say. */
  readonly extras: Record<string, Json>
  /** The fields as the client wrote them, for a provider of this wire that understands that form. */
  readonly asWritten: Record<string, Json>
}

/**
 * `reasoning_effort` (OpenAI), `reasoning` (OpenRouter) and `thinking` (DeepSeek, Z.ai, Moonshot, and Anthropic's form
 * that gateways take). Where two are given, `reasoning` says more than `thinking`, and that more than the effort word.
 */
export function decodeReasoning(body: JsonObject): DecodedReasoning {
  const extras: Record<string, Json> = {}
  const asWritten: Record<string, Json> = {}
  const word = asString(body.reasoning_effort)
  const effort = lookUp(EFFORTS, word)
  if (word !== undefined && !effort) extras.reasoning_effort = word
  const object = asObject(body.reasoning)
  const thinking = asObject(body.thinking)
  if (object) asWritten.reasoning = object
  if (thinking) asWritten.thinking = thinking
  if (effort && (object || thinking)) asWritten.reasoning_effort = effort
  if (typeof object?.exclude === 'boolean') extras['reasoning.exclude'] = object.exclude
  const reasoning: ReasoningRequest = {
    ...(effort && { effort }),
    ...(thinking && fromThinking(thinking)),
    ...(object && fromObject(object)),
  }
  const { exclude: _, ...written } = object ?? {}
  if (object && Object.keys(written).length === 0) delete asWritten.reasoning
  return Object.keys(reasoning).length > 0 ? { reasoning, extras, asWritten } : { extras, asWritten }
}

function fromThinking(thinking: JsonObject): ReasoningRequest {
  switch (thinking.type) {
    case 'disabled':
      return { effort: 'none' }
    case 'enabled': {
      const budgetTokens = asNumber(thinking.budget_tokens)
      return budgetTokens === undefined ? { adaptive: true } : { budgetTokens }
    }
    case 'adaptive':
    case 'auto':
      return { adaptive: true }
    default:
      return {}
  }
}

function fromObject(object: JsonObject): ReasoningRequest {
  const word = asString(object.effort)
  const effort = lookUp(EFFORTS, word)
  const budgetTokens = asNumber(object.max_tokens)
  if (object.enabled === false) return { effort: 'none' }
  if (effort === undefined && budgetTokens === undefined) return object.enabled === true ? { adaptive: true } : {}
  return compact({ effort, budgetTokens })
}
