/** `tool_calls` of a message <-> the hub's tool-call blocks. */

import type { ToolCallBlock } from '../../ground/chat-call.ts'
import { asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'

/** Arguments as text. None at all come as "", as null, or as the word "null" (tool-call/ai--cohere-cohere-null-args--0). */
export function argumentsText(value: Json | undefined): string {
  if (value === undefined || value === null) return '{}'
  if (typeof value !== 'string') return JSON.stringify(value)
  return value.trim() === '' || value.trim() === 'null' ? '{}' : value
}

/** A call without an id gets one in this API's manner: its tool's name and where it stands. */
export function callId(call: JsonObject, name: string, index: number): string {
  return asString(call.id) || `${name}_${index}`
}

export function decodeToolCall(call: JsonObject, index: number): ToolCallBlock {
  const target = asObject(call.function) ?? {}
  const name = asString(target.name) ?? ''
  return { type: 'tool-call', id: callId(call, name, index), name, arguments: argumentsText(target.arguments) }
}

export function encodeToolCall({ id, name, arguments: text }: ToolCallBlock): JsonObject {
  return { id, type: 'function', function: { name, arguments: text } }
}
