/** `additionalModelRequestFields`, where each model family has words of its own -> the hub's thinking and top-k. */

import type { ReasoningEffort, ReasoningRequest } from '../../ground/chat-call.ts'
import { asNumber, asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import { unknownFields } from '../anthropic-messages/extras.ts'
import type { Problems } from '../problems.ts'

export const MODEL_FIELDS = 'additionalModelRequestFields'

const EFFORTS: ReadonlySet<string> = new Set<ReasoningEffort>([
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
])

export interface DecodedModelFields {
  readonly topK?: number
  readonly reasoning?: ReasoningRequest
  /** Fields only this wire knows, by path. */
  readonly fields: Record<string, Json>
  /** The whole object where the hub took something from it: there are several ways to write the same. */
  readonly asWritten: Record<string, Json>
}

/** Claude's `thinking` (also known as `reasoning_config`) and `top_k`, Nova's `reasoningConfig`, gpt-oss's `reasoning_effort`. */
export function decodeModelFields(body: JsonObject, problems: Problems): DecodedModelFields {
  const given = problems.object(body, MODEL_FIELDS)
  if (!given) return { fields: {}, asWritten: {} }
  const used = new Set<string>()
  const reasoning = readReasoning(given, used)
  const topK = readTopK(given, used)
  return {
    ...(reasoning && { reasoning }),
    ...(topK !== undefined && { topK }),
    fields: unknownFields(given, used, `${MODEL_FIELDS}.`),
    asWritten: used.size > 0 ? { [MODEL_FIELDS]: given } : {},
  }
}

function readReasoning(given: JsonObject, used: Set<string>): ReasoningRequest | undefined {
  for (const name of ['thinking', 'reasoning_config', 'reasoningConfig']) {
    const config = asObject(given[name])
    const read = config && readThinking(config)
    if (!read) continue
    used.add(name)
    const effort = effortOf(asObject(given.output_config)?.effort)
    // `output_config` holds more than the effort, so it goes along whole.
    return effort && read.effort === undefined ? { ...read, effort } : read
  }
  const effort = effortOf(given.reasoning_effort)
  if (effort) used.add('reasoning_effort')
  return effort && { effort }
}

/** Undefined for a mode newer than we know: it stays as it is for this wire. */
function readThinking(config: JsonObject): ReasoningRequest | undefined {
  const effort = effortOf(config.maxReasoningEffort)
  const budgetTokens = asNumber(config.budget_tokens)
  switch (config.type) {
    case 'enabled':
      return { ...(effort && { effort }), ...(budgetTokens !== undefined && { budgetTokens }) }
    case 'adaptive':
      return { adaptive: true }
    case 'disabled':
      return { effort: 'none' }
    default:
      return undefined
  }
}

function readTopK(given: JsonObject, used: Set<string>): number | undefined {
  const plain = asNumber(given.top_k)
  if (plain !== undefined) used.add('top_k')
  if (plain !== undefined) return plain
  const config = asObject(given.inferenceConfig)
  const nested = asNumber(config?.topK)
  if (nested !== undefined && Object.keys(config ?? {}).length === 1) used.add('inferenceConfig')
  return nested
}

function effortOf(value: Json | undefined): ReasoningEffort | undefined {
  const word = asString(value)
  // The set holds exactly the words of the type.
  return word !== undefined && EFFORTS.has(word) ? (word as ReasoningEffort) : undefined
}
