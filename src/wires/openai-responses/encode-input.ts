/** The hub's messages -> `instructions` and the items of `input`. */

import { canonicalJson } from '../../ground/canonical-json.ts'
import type { ChatCall, Message } from '../../ground/chat-call.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import { Problems } from '../problems.ts'
import { decodeInput } from './decode-input.ts'
import { encodeAssistant, encodeResult, plainText } from './encode-assistant.ts'
import type { EncodeContext } from './encode-context.ts'
import { encodeInputPart, noteCache } from './encode-part.ts'
import { isContentPart, MESSAGE_FIELDS } from './message-fields.ts'
import { WIRE } from './wire-name.ts'

/** What the client wrote, when it wrote this wire and nobody changed what it says. */
export function encodeInput(call: ChatCall, context: EncodeContext): JsonObject {
  const written = context.native ? call.extras?.asWritten : undefined
  if (written && canonicalJson(decodeInput(written, new Problems())) === canonicalJson(call.messages))
    return { ...written }
  const [first] = call.messages
  const instructions = first?.role === 'system' ? textOf(first) : undefined
  const rest = instructions === undefined ? call.messages : call.messages.slice(1)
  const offset = call.messages.length - rest.length
  if (first && offset > 0) for (const block of first.content) noteCache(block, context)
  const input = rest.flatMap((message, index) => encodeMessage(message, `messages[${index + offset}]`, context))
  return { ...(instructions !== undefined && { instructions }), input }
}

/** The text of a message that has nothing else. */
function textOf({ content, name }: Message): string | undefined {
  const texts = content.map((block) => (block.type === 'text' ? block.text : undefined))
  return name === undefined && texts.length > 0 && texts.every((text) => text !== undefined)
    ? texts.join('\n\n')
    : undefined
}

/** Tool results become items of their own, also those inside a user turn, before what else that turn says. */
function encodeMessage(message: Message, path: string, context: EncodeContext): JsonObject[] {
  if (message.name !== undefined)
    context.losses.dropped(`${path}.name`, 'The Responses API has no names for participants.')
  if (message.role === 'assistant') return encodeAssistant(message, path, context)
  const items: JsonObject[] = []
  const parts: JsonObject[] = []
  let fields: JsonObject = {}
  message.content.forEach((block, index) => {
    const at = `${path}.content[${index}]`
    if (block.type === 'tool-result') items.push(encodeResult(block, at, context))
    else if (block.type !== 'opaque' || block.wire !== WIRE) parts.push(...encodeInputPart(block, at, context))
    else if (isContentPart(block.value)) parts.push(block.value)
    else if (block.value.type !== MESSAGE_FIELDS) items.push(block.value)
    else if (isObject(block.value.fields)) fields = block.value.fields
  })
  // A message that was only tool results, or only items of their own, is said with them.
  if (parts.length === 0 && items.length > 0) return items
  const role = roleOf(message, context)
  return [...items, { type: 'message', role, content: plainText(parts) ?? parts, ...fields }]
}

function roleOf({ role }: Message, { quirks, native, losses }: EncodeContext): string {
  if (role === 'tool') return 'user'
  if (role !== 'developer' || quirks.developerRole || native) return role
  losses.changed('messages.role', 'This provider knows no developer role; those messages were sent as system messages.')
  return 'system'
}
