/** Opaque blocks that stand for fields of an item rather than for a part of its content. */

import type { JsonObject } from '../../ground/json.ts'

/** Comes before the content of a message that has fields the hub has no word for, such as `phase`; `fields` holds them. */
export const MESSAGE_FIELDS = 'message_fields'
/** Comes after a function call with such fields, such as `caller`; `id` is the call's. */
export const FUNCTION_CALL_FIELDS = 'function_call_fields'

const MESSAGE_KNOWN: ReadonlySet<string> = new Set(['id', 'type', 'role', 'status', 'content'])
const CALL_KNOWN: ReadonlySet<string> = new Set([
  'id',
  'type',
  'call_id',
  'name',
  'arguments',
  'status',
  // Places in the stream that Bedrock leaves in the item (bedrock-mantle/openai-responses/tool-call).
  'item_id',
  'output_index',
])

/** The value of a `MESSAGE_FIELDS` block; undefined when the message has nothing of the kind. */
export function messageFields(item: JsonObject): JsonObject | undefined {
  const fields = beyond(item, MESSAGE_KNOWN)
  return fields && { type: MESSAGE_FIELDS, fields }
}

/** The value of a `FUNCTION_CALL_FIELDS` block; undefined when the call has nothing of the kind. */
export function functionCallFields(item: JsonObject, id: string): JsonObject | undefined {
  const fields = beyond(item, CALL_KNOWN)
  return fields && { type: FUNCTION_CALL_FIELDS, id, fields }
}

function beyond(item: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  const entries = Object.entries(item).filter(
    ([name, value]) => !known.has(name) && value !== null && value !== undefined,
  )
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** Whether an opaque value is a part of a message's content rather than an item of its own or fields of one. */
export function isContentPart({ type }: JsonObject): boolean {
  return (
    typeof type === 'string' &&
    /^(input_|output_|text$|refusal$|summary_text$|reasoning_text$|computer_screenshot$)/.test(type)
  )
}
