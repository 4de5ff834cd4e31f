/** Whether a chat request says nothing but what the hub can say, so that the same question in another wire is the same question. */

import { isObject, type Json, type JsonObject } from '../../ground/json.ts'

/** Fields that do not change the answer: how it is sent, and what it is filed under. */
export const IDLE_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'stream_options',
  'user',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
])

/** What may stand in messages, their parts, tool calls and tools; decoders carry all of it. */
const PLAIN_FIELDS: ReadonlySet<string> = new Set([
  'role',
  'content',
  'type',
  'text',
  'parts',
  'name',
  'cache_control',
  'ttl',
  'tool_calls',
  'tool_call_id',
  'tool_use_id',
  'is_error',
  'id',
  'function',
  'description',
  'strict',
])
/** Under these stands the app's own JSON, which the hub keeps whole. */
const OPEN_FIELDS: ReadonlySet<string> = new Set(['parameters', 'input_schema', 'input', 'arguments'])
const PLAIN_TYPES: ReadonlySet<Json | undefined> = new Set([
  undefined,
  'text',
  'input_text',
  'function',
  'tool_use',
  'tool_result',
  'ephemeral',
])
const NESTED: ReadonlySet<string> = new Set([
  'messages',
  'system',
  'contents',
  'systemInstruction',
  'system_instruction',
  'input',
  'instructions',
  'tools',
])
const SETTINGS: ReadonlySet<string> = new Set(['generationConfig', 'options', 'inferenceConfig'])
const PLAIN_SETTINGS: ReadonlySet<string> = new Set([
  'maxOutputTokens',
  'maxTokens',
  'num_predict',
  'temperature',
  'topP',
  'topK',
  'top_p',
  'top_k',
  'stop',
  'stopSequences',
  'seed',
])

/**
 * True: the hub's call holds all of it. False: something stands in it, inside a message, tool or setting, that the hub may
 * not carry; then the request must also be compared as it was written. Unknown fields at the top are the hub's extras.
 */
export function isPlainRequest(body: JsonObject): boolean {
  return Object.entries(body).every(([field, value]) => {
    if (IDLE_FIELDS.has(field)) return true
    if (NESTED.has(field)) return isPlain(value)
    if (SETTINGS.has(field))
      return isObject(value) && hasOnly(value, PLAIN_SETTINGS) && Object.values(value).every(isFlat)
    return isFlat(value)
  })
}

function isPlain(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.every(isPlain)
  if (!isObject(value)) return true
  if (!PLAIN_TYPES.has(value.type)) return false
  return Object.entries(value).every(
    ([field, inner]) => OPEN_FIELDS.has(field) || (PLAIN_FIELDS.has(field) && isPlain(inner)),
  )
}

function isFlat(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.every((item) => typeof item !== 'object') : !isObject(value)
}

function hasOnly(value: JsonObject, fields: ReadonlySet<string>): boolean {
  return Object.keys(value).every((field) => fields.has(field))
}
