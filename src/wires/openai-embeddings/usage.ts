/** `usage` of replies that only take tokens in -> the hub's units. */

import { isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { totalInput, type Usage } from '../../ground/usage.ts'
import { statedCount } from '../task-tap.ts'

/** Undefined when the provider said nothing. Voyage states only the total, which is the same: nothing is generated. */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  if (!isObject(value)) return undefined
  const input = statedCount(value.prompt_tokens) ?? statedCount(value.total_tokens)
  return input === undefined ? undefined : { input }
}

/** As OpenAI's clients read it. */
export function encodeUsage(usage: Usage): JsonObject {
  const tokens = totalInput(usage)
  return { prompt_tokens: tokens, total_tokens: tokens }
}
