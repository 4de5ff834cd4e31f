/** Fields of a response that only this wire knows: tiers, billing, filter results, a vendor's own. */

import { asObject, type Json, type JsonObject } from '../../ground/json.ts'
import { unknownFields } from './extras.ts'
import { WIRE } from './wire-name.ts'

/** Carried by the hub itself, or telling only how the rest is to be read. */
const KNOWN = [
  'id',
  'object',
  'created_at',
  'completed_at',
  'status',
  'model',
  'output',
  'output_text',
  'usage',
  'error',
  'incomplete_details',
]

/** What a response repeats of the request that asked for it; the client wrote it and no part of the answer is in it. */
const ECHOED = [
  'background',
  'conversation',
  'frequency_penalty',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'parallel_tool_calls',
  'presence_penalty',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'store',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
]

const SKIPPED: ReadonlySet<string> = new Set([...KNOWN, ...ECHOED])

/** Undefined when there are none; null is none. */
export function responseExtras(response: JsonObject): { wire: string; fields: Record<string, Json> } | undefined {
  const fields = unknownFields(response, SKIPPED)
  // Searches are usage; that no other tool was used is nothing to tell.
  const { web_search: _, ...tools } = asObject(fields.tool_usage) ?? {}
  if (!/[1-9]/.test(JSON.stringify(Object.values(tools)))) delete fields.tool_usage
  return Object.keys(fields).length > 0 ? { wire: WIRE, fields } : undefined
}
