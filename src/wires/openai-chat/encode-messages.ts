/** The hub's messages -> messages of a request. */

import type { Block, Message } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import { aBlock } from '../losses.ts'
import { encodeAssistant } from './encode-assistant.ts'
import { compactContent, encodePart, isPartBlock } from './encode-content.ts'
import type { EncodeContext } from './encode-context.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { ToolMessages } from './tool-messages.ts'
import { WIRE } from './wire-name.ts'

/** Every tool result becomes a message of its own, also one inside a user turn, before what else that turn says. */
export function encodeMessages(messages: readonly Message[], context: EncodeContext): JsonObject[] {
  const encoded: JsonObject[] = []
  const tools = new ToolMessages(context)
  messages.forEach((message, index) => {
    const path = `messages[${index}]`
    if (message.role === 'assistant') {
      encoded.push(...tools.leftOver(), encodeAssistant(message, path, context))
      return
    }
    const rest = message.content.filter((block, at) => {
      if (block.type !== 'tool-result') return true
      encoded.push(tools.encode(block, `${path}.content[${at}]`))
      return false
    })
    if (message.role === 'tool' && rest.length === 0) return
    const role = message.role === 'tool' ? 'user' : message.role
    if (role !== 'user') encoded.push(...tools.leftOver())
    encoded.push(encodePlain({ ...message, content: rest, role }, path, tools.takeAttachments(), context))
  })
  encoded.push(...tools.leftOver())
  return encoded
}

/** A system, developer or user message. `attachments` come from tool results just before, and go first. */
function encodePlain(message: Message, path: string, attachments: JsonObject[], context: EncodeContext): JsonObject {
  const parts: JsonObject[] = [...attachments]
  const fields: JsonObject = {}
  message.content.forEach((block, index) => {
    parts.push(...encodeBlock(block, `${path}.content[${index}]`, fields, context))
  })
  const separator = message.role === 'user' ? '\n' : '\n\n'
  const content = message.role === 'user' && parts.length > 1 ? parts : compactContent(parts, separator, context)
  return compact({ role: roleOf(message, context), content, name: message.name, ...fields })
}

function roleOf({ role }: Message, { quirks, losses }: EncodeContext): string {
  if (role !== 'developer' || quirks.developerRole) return role
  losses.changed('messages.role', 'This provider knows no developer role; those messages were sent as system messages.')
  return 'system'
}

function encodeBlock(block: Block, path: string, fields: JsonObject, context: EncodeContext): JsonObject[] {
  if (isPartBlock(block)) return encodePart(block, path, context)
  if (block.type === 'opaque' && block.wire === WIRE) {
    if (block.value.type !== MESSAGE_FIELDS) return [block.value]
    Object.assign(fields, block.value.fields)
    return []
  }
  const what = block.type === 'opaque' ? `A block that only ${block.wire} knows` : `${aBlock(block.type, 'A')}`
  context.losses.dropped(path, `${what} cannot be sent in such a message of the Chat Completions API.`)
  return []
}
