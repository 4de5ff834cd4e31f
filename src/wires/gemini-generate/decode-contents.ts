/** `contents` and `systemInstruction` -> the hub's messages. */

import type { Block, Message } from '../../ground/chat-call.ts'
import { isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { CallIds } from '../ollama-chat/call-ids.ts'
import type { Problems } from '../problems.ts'
import { decodeParts } from './decode-parts.ts'

/** Results of functions become messages of their own, before what else their turn says. */
export function decodeContents(value: Json | undefined, problems: Problems): Message[] {
  // The SDKs also take one content, which they wrap; some clients do not.
  const contents = Array.isArray(value) ? value : isObject(value) ? [value] : undefined
  if (!contents) {
    problems.report('contents', 'is required and must be a list of contents with a "role" and "parts"')
    return []
  }
  const ids = new CallIds()
  return contents.flatMap((entry, index) => {
    if (isObject(entry)) return decodeContent(entry, ids)
    problems.report(`contents[${index}]`, 'must be an object with "parts"')
    return []
  })
}

function decodeContent(content: JsonObject, ids: CallIds): Message[] {
  const blocks = decodeParts(content.parts, ids)
  if (content.role === 'model') return [{ role: 'assistant', content: blocks }]
  const results = blocks.filter(({ type }) => type === 'tool-result')
  const rest: Block[] = blocks.filter(({ type }) => type !== 'tool-result')
  const messages: Message[] = results.map((block) => ({ role: 'tool', content: [block] }))
  if (rest.length > 0 || results.length === 0) messages.push({ role: 'user', content: rest })
  return messages
}

/** A content, a list of parts, one part, or plain text. */
export function decodeSystem(value: Json | undefined): Message[] {
  if (value === undefined || value === null || value === '') return []
  const parts: Json[] =
    typeof value === 'string'
      ? [{ text: value }]
      : Array.isArray(value)
        ? value
        : isObject(value)
          ? Array.isArray(value.parts)
            ? value.parts
            : isObject(value.parts)
              ? [value.parts]
              : [value]
          : []
  const content = decodeParts(parts, new CallIds())
  return content.length > 0 ? [{ role: 'system', content }] : []
}
