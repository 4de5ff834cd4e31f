/** System prompt and messages of a request -> the hub's messages. */

import type { Block, Message } from '../../ground/chat-call.ts'
import { isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { decodeContent } from './decode-block.ts'

/** The system prompt comes first. Each tool result of a user turn becomes a `tool` message, as other wires have them. */
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
  if (system === undefined || system === null) return []
  const content = decodeContent(system, 'system', problems)
  return content.length > 0 ? [{ role: 'system', content }] : []
}

function decodeMessage(value: Json, path: string, problems: Problems): Message[] {
  if (!isObject(value)) {
    problems.report(path, 'must be a message with "role" and "content"')
    return []
  }
  const content = decodeContent(value.content, `${path}.content`, problems)
  if (value.role === 'assistant') return [{ role: 'assistant', content }]
  if (value.role !== 'user') problems.report(`${path}.role`, 'must be "user" or "assistant"')
  return splitToolResults(content)
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

/** Tool results that the client gave as JSON, by the id of their call: as text they would come back in another form. */
export function resultsAsWritten(messages: Json | undefined): Record<string, Json> {
  const written: Record<string, Json> = {}
  for (const message of Array.isArray(messages) ? messages : []) {
    const content = isObject(message) && Array.isArray(message.content) ? message.content : []
    for (const block of content) {
      const result = isObject(block) && isObject(block.toolResult) ? block.toolResult : undefined
      const pieces = Array.isArray(result?.content) ? result.content : []
      if (pieces.some((piece) => isObject(piece) && piece.json !== undefined))
        written[`toolResult[${String(result?.toolUseId)}]`] = pieces
    }
  }
  return written
}
