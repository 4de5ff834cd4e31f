/** The assistant message of a reply -> the hub's blocks. */

import type { Block, TextBlock } from '../../ground/chat-call.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { decodeAnnotations } from './citations.ts'
import { decodePart } from './decode-content.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { decodeReasoningFields, REASONING_FIELDS } from './reasoning.ts'
import { decodeToolCall } from './tool-calls.ts'
import { WIRE } from './wire-name.ts'

const KNOWN: ReadonlySet<string> = new Set([
  ...REASONING_FIELDS,
  'role',
  'content',
  'refusal',
  'tool_calls',
  'function_call',
  'annotations',
  'images',
  // Text that only hides the length of the answer.
  'padding',
  'obfuscation',
])

/** Thinking first, then content, refusal and calls, as the API orders them. `replyId` serves calls without an id. */
export function decodeMessage(message: JsonObject, replyId: string): Block[] {
  const content: Block[] = decodeReasoningFields(message)
  content.push(...replyContent(message.content))
  for (const image of asArray(message.images)) if (isObject(image)) content.push(decodePart(image))
  cite(content, message)
  const refusal = asString(message.refusal)
  if (refusal) content.push({ type: 'refusal', text: refusal })
  asArray(message.tool_calls).forEach((call, index) => {
    if (isObject(call)) content.push(...decodeToolCall(call, inventedCallId(replyId, index)))
  })
  const called = asObject(message.function_call)
  if (called) content.push(...decodeToolCall({ function: called }, inventedCallId(replyId, 0)))
  const fields = unknownFields(message)
  if (fields) content.push({ type: 'opaque', wire: WIRE, value: { type: MESSAGE_FIELDS, fields } })
  return content
}

/** Fields of a message or delta that the hub has no word for; undefined for nothing. */
export function unknownFields(message: JsonObject): JsonObject | undefined {
  const entries = Object.entries(message).filter(
    ([name, value]) => !KNOWN.has(name) && value !== null && value !== undefined,
  )
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** The id of a call that came without one. */
export function inventedCallId(replyId: string, index: number): string {
  return `call_${replyId.replace(/[^A-Za-z0-9]/g, '')}_${index}`
}

/** Content as text or parts. Workers AI gives a parsed object for structured output: it is written out again. */
export function replyContent(content: Json | undefined): Block[] {
  if (typeof content === 'string') return content ? [{ type: 'text', text: content }] : []
  if (Array.isArray(content)) {
    return content.flatMap((part): Block[] => {
      if (typeof part === 'string') return [{ type: 'text', text: part }]
      return isObject(part) ? [decodePart(part)] : []
    })
  }
  return isObject(content) ? [{ type: 'text', text: JSON.stringify(content) }] : []
}

function cite(content: Block[], message: JsonObject): void {
  const citations = decodeAnnotations(message.annotations)
  if (citations.length === 0) return
  const text = content.findLast((block): block is TextBlock => block.type === 'text')
  if (text) text.citations = citations
  else content.push({ type: 'text', text: '', citations })
}
