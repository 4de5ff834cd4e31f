/** `tool_calls` of a message, sent or received <-> the hub's tool-call blocks. */

import type { Block, OpaqueBlock, ToolCallBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { decodeCache, encodeCache } from './cache-control.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['id', 'type', 'index', 'function', 'cache_control'])

/** Type of the opaque block that carries what a tool call has beyond the standard, such as Gemini's thought signature. */
export const TOOL_CALL_FIELDS = 'tool_call_fields'

/** Arguments as text: objects are written out, and nothing at all is an empty object. */
function argumentsText(value: Json | undefined): string {
  if (typeof value === 'string') return value === '' ? '{}' : value
  return value === undefined || value === null ? '{}' : JSON.stringify(value)
}

/** One entry of `tool_calls`, and an opaque block for its extra fields. `fallbackId` serves calls without an id. */
export function decodeToolCall(call: JsonObject, fallbackId: string): Block[] {
  // A custom tool's call holds free text, not JSON: only this wire can show it.
  if (call.type === 'custom') return [{ type: 'opaque', wire: WIRE, value: call }]
  const target = asObject(call.function) ?? {}
  const id = asString(call.id) || fallbackId
  const block: ToolCallBlock = compact({
    type: 'tool-call',
    id,
    name: asString(target.name) ?? '',
    arguments: argumentsText(target.arguments),
    cache: decodeCache(call.cache_control),
  })
  const extra = extraFields(call)
  return extra ? [block, toolCallFields(id, extra)] : [block]
}

/** What a tool call, or a streamed piece of one, holds beyond the standard; undefined for nothing. */
export function extraFields(call: JsonObject): JsonObject | undefined {
  const entries = Object.entries(call).filter(
    ([name, value]) => !KNOWN.has(name) && value !== null && value !== undefined,
  )
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

export function toolCallFields(id: string, fields: JsonObject): OpaqueBlock {
  return { type: 'opaque', wire: WIRE, value: { type: TOOL_CALL_FIELDS, id, fields } }
}

export function encodeToolCall(block: ToolCallBlock, id: string, withCache: boolean): JsonObject {
  return compact({
    id,
    type: 'function',
    function: { name: block.name, arguments: block.arguments },
    cache_control: withCache && block.cache ? encodeCache(block.cache) : undefined,
  })
}

/** Puts extra fields back on the call they came with. `calls` are those of the message so far. */
export function applyToolCallFields(
  value: JsonObject,
  calls: readonly JsonObject[],
  idOf: (id: string) => string,
): void {
  const id = idOf(asString(value.id) ?? '')
  const call = calls.findLast((candidate) => candidate.id === id)
  if (call && isObject(value.fields)) Object.assign(call, value.fields)
}
