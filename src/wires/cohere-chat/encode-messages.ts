/** The hub's messages -> messages and documents of a request. */

import type { Block, Message, ToolResultBlock } from '../../ground/chat-call.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { aBlock, type Losses } from '../losses.ts'
import { encodeDocument } from './documents.ts'
import { encodeAssistant } from './encode-assistant.ts'
import { compactContent, encodeImage, encodeResultContent, fieldsOf, isFields, noteCache } from './encode-content.ts'
import { WIRE } from './wire-name.ts'

interface Conversation {
  readonly messages: JsonObject[]
  readonly documents: Json[]
}

/** Tool results become messages of their own; documents of user messages go beside the conversation, where this API reads them. */
export function encodeMessages(messages: readonly Message[], native: boolean, losses: Losses): Conversation {
  const made: Conversation = { messages: [], documents: [] }
  messages.forEach((message, index) => {
    const path = `messages[${index}]`
    if (message.role === 'assistant') made.messages.push(encodeAssistant(message, path, native, losses))
    else addOther(message, path, made, losses)
  })
  return made
}

function addOther(message: Message, path: string, made: Conversation, losses: Losses): void {
  const { content } = message
  const rest = content.filter((block, index) => {
    if (block.type !== 'tool-result') return true
    const own = message.role === 'tool' ? fieldsOf(content) : {}
    made.messages.push({ ...encodeResult(block, `${path}.content[${index}]`, losses), ...own })
    return false
  })
  if (message.name !== undefined && message.role !== 'tool')
    losses.dropped(`${path}.name`, 'The Chat API has no names for speakers.')
  if (rest.length < content.length && (rest.length === 0 || rest.every(isFields))) return
  const parts = rest.flatMap((block, index) => encodeBlock(block, `${path}.content[${index}]`, made, losses))
  // Documents alone are said beside the conversation.
  if (parts.length === 0 && rest.length > 0 && rest.every(({ type }) => type === 'document')) return
  made.messages.push({ role: roleOf(message, losses), content: compactContent(parts), ...fieldsOf(rest) })
}

function roleOf({ role }: Message, losses: Losses): string {
  if (role === 'tool') return 'user'
  if (role !== 'developer') return role
  losses.changed('messages.role', 'This provider knows no developer role; those messages were sent as system messages.')
  return 'system'
}

function encodeBlock(block: Block, path: string, made: Conversation, losses: Losses): JsonObject[] {
  switch (block.type) {
    case 'text':
      noteCache(block.cache, losses)
      return [{ type: 'text', text: block.text }]
    case 'image':
      return encodeImage(block, path, losses)
    case 'document': {
      noteCache(block.cache, losses)
      if (block.context !== undefined)
        losses.dropped(`${path}.context`, 'The Chat API has no context beside a document.')
      const document = encodeDocument(block)
      if (document === undefined) losses.dropped(path, 'The Chat API takes no documents but plain text.')
      else made.documents.push(document)
      return []
    }
    case 'opaque':
      if (isFields(block)) return []
      if (block.wire === WIRE) return [block.value]
      losses.dropped(path, `A block that only ${block.wire} knows cannot be sent to the Chat API.`)
      return []
    default:
      losses.dropped(path, `Such a message of the Chat API cannot hold ${aBlock(block.type)}.`)
      return []
  }
}

function encodeResult(block: ToolResultBlock, path: string, losses: Losses): JsonObject {
  if (block.isError)
    losses.dropped(`${path}.is_error`, 'The Chat API cannot mark a tool result as an error; its text says it.')
  noteCache(block.cache, losses)
  return {
    role: 'tool',
    tool_call_id: block.id,
    content: encodeResultContent(block.content, `${path}.content`, losses),
  }
}
