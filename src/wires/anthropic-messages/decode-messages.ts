/** System prompt and messages of a request -> the hub's messages. */

import type { Block, Message } from '../../ground/chat-call.ts'
import { isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { decodeContent } from './decode-block.ts'

/**
 * The top-level system prompt comes first; a `system` message among the others stays in its place. Each tool result of
 * a user turn becomes a `tool` message of its own, as every other wire has them.
 */
export function decodeMessages(body: JsonObject, problems: Problems): Message[] {
  const messages = decodeSystem(body.system, problems)
  if (!Array.isArray(body.messages)) {
    problems.report('messages', 'is required and must be a list of messages')
    return messages
  }
  if (body.messages.length === 0) problems.report('messages', 'must hold at least one message')
  body.messages.forEach((value, index) => {
    messages.push(...decodeMessage(value, `messages[${index}]`, problems))
  })
  return messages
}

function decodeSystem(system: Json | undefined, problems: Problems): Message[] {
  if (system === undefined || system === null || system === '') return []
  const content = decodeContent(system, 'system', problems)
  return content.length > 0 ? [{ role: 'system', content }] : []
}

function decodeMessage(value: Json, path: string, problems: Problems): Message[] {
  if (!isObject(value)) {
    problems.report(path, 'must be a message with "role" and "content"')
    return []
  }
  const content = decodeContent(value.content, `${path}.content`, problems)
  switch (value.role) {
    case 'assistant':
    case 'system':
      return [{ role: value.role, content }]
    case 'user':
      return splitToolResults(content)
    default:
      problems.report(`${path}.role`, 'must be "user", "assistant" or "system"')
      return []
  }
}

function splitToolResults(content: Block[]): Message[] {
  const messages: Message[] = []
  let rest: Block[] | undefined
  for (const block of content) {
    if (block.type === 'tool-result') {
      messages.push({ role: 'tool', content: [block] })
      rest = undefined
    } else if (rest) rest.push(block)
    else {
      rest = [block]
      messages.push({ role: 'user', content: rest })
    }
  }
  return messages.length > 0 ? messages : [{ role: 'user', content: [] }]
}
