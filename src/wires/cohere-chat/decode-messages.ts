/** Messages and documents of a request -> the hub's messages. */

import type { Message } from '../../ground/chat-call.ts'
import { asArray, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { decodeAssistant, decodeContent, keptFields } from './decode-content.ts'
import { decodeDocument } from './documents.ts'

const RULE = 'must be a message with a "role" of system, user, assistant or tool'

/** Reads the whole conversation; the documents go to the front of its last user message. What is wrong goes into `problems`. */
export function decodeMessages(body: JsonObject, problems: Problems): Message[] {
  if (!Array.isArray(body.messages)) {
    const old = body.message === undefined ? '' : ' (`message` and `chat_history` belong to version 1 of the API)'
    problems.report('messages', `is required and must be a list of messages${old}`)
    return []
  }
  if (body.messages.length === 0) problems.report('messages', 'must hold at least one message')
  const messages: Message[] = []
  body.messages.forEach((entry, index) => {
    const path = `messages[${index}]`
    const message = isObject(entry) ? decodeMessage(entry, path, problems) : undefined
    if (message) messages.push(message)
    else problems.report(path, RULE)
  })
  addDocuments(body.documents, messages, problems)
  return messages
}

const PLAIN_FIELDS = new Set(['role', 'content'])
const TOOL_FIELDS = new Set(['role', 'content', 'tool_call_id'])

function decodeMessage(message: JsonObject, path: string, problems: Problems): Message | undefined {
  switch (message.role) {
    case 'system':
    case 'user': {
      const content = decodeContent(message.content, `${path}.content`, problems)
      return { role: message.role, content: [...content, ...keptFields(message, PLAIN_FIELDS)] }
    }
    case 'assistant':
      return { role: 'assistant', content: decodeAssistant(message, path, problems) }
    case 'tool': {
      const id = asString(message.tool_call_id)
      if (!id) problems.report(`${path}.tool_call_id`, 'is required: the id of the tool call it answers')
      const content = decodeContent(message.content, `${path}.content`, problems)
      return {
        role: 'tool',
        content: [{ type: 'tool-result', id: id ?? '', content }, ...keptFields(message, TOOL_FIELDS)],
      }
    }
    default:
      return undefined
  }
}

function addDocuments(value: Json | undefined, messages: Message[], problems: Problems): void {
  if (value === undefined || value === null) return
  if (!Array.isArray(value)) problems.report('documents', 'must be a list')
  const documents = asArray(value).map(decodeDocument)
  if (documents.length === 0) return
  const last = messages.findLast(({ role }) => role === 'user')
  if (last) last.content.unshift(...documents)
  else messages.push({ role: 'user', content: documents })
}
