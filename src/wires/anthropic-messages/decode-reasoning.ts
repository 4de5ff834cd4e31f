/** `thinking` and `output_config` of a request -> the hub's reasoning request and response format. */

import type { ReasoningEffort, ReasoningRequest, ResponseFormat } from '../../ground/chat-call.ts'
import { asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import { lookUp } from '../look-up.ts'
import type { Problems } from '../problems.ts'
import { unknownFields } from './extras.ts'

const EFFORTS: Readonly<Record<string, ReasoningEffort>> = {
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
}

export interface DecodedReasoning {
  readonly reasoning?: ReasoningRequest
  readonly extras: Record<string, Json>
}

/** Thinking that is switched off is effort `none`; an effort beside it goes along as an extra. */
export function decodeReasoning(body: JsonObject, problems: Problems): DecodedReasoning {
  const thinking = asObject(body.thinking)
  const config = asObject(body.output_config)
  const extras: Record<string, Json> = {
    ...(thinking && unknownFields(thinking, new Set(['type', 'budget_tokens']), 'thinking.')),
    ...(config && unknownFields(config, new Set(['effort', 'format']), 'output_config.')),
  }
  const word = asString(config?.effort)
  const effort = lookUp(EFFORTS, word)
  if (word !== undefined && !effort) extras['output_config.effort'] = word
  const base = effort === undefined ? {} : { effort }
  if (!thinking) return effort === undefined ? { extras } : { reasoning: base, extras }
  switch (thinking.type) {
    case 'enabled': {
      const budgetTokens = problems.number(thinking, 'budget_tokens', 'thinking.budget_tokens')
      return { reasoning: { ...base, ...(budgetTokens !== undefined && { budgetTokens }) }, extras }
    }
    case 'adaptive':
      return { reasoning: { ...base, adaptive: true }, extras }
    case 'disabled':
      if (effort !== undefined) extras['output_config.effort'] = effort
      return { reasoning: { effort: 'none' }, extras }
    default:
      // A mode newer than we know, such as `between_tools`: kept as it is for this wire.
      return { reasoning: base, extras: { ...extras, thinking } }
  }
}

/** `output_config.format`, or the `output_format` of its beta days. */
export function decodeFormat(body: JsonObject, problems: Problems): { format?: ResponseFormat } {
  const format = asObject(asObject(body.output_config)?.format) ?? asObject(body.output_format)
  if (!format) return {}
  const schema = asObject(format.schema)
  if (format.type === 'json_schema' && schema) return { format: { type: 'json-schema', schema } }
  problems.report('output_config.format', 'must be {"type": "json_schema", "schema": {...}}')
  return {}
}
