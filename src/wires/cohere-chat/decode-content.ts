/** Content of a message, from a request or a reply -> the hub's blocks. */

import type { Block } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asNumber, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { sourceOfUrl } from '../openai-chat/data-url.ts'
import type { Problems } from '../problems.ts'
import { decodeCitation } from './citations.ts'
import { decodeDocument } from './documents.ts'
import { unknownFields } from './extras.ts'
import { MESSAGE_FIELDS, TOOL_PLAN } from './message-fields.ts'
import { decodeToolCall } from './tool-calls.ts'
import { WIRE } from './wire-name.ts'

/** A string, parts, or null. An empty string is no block at all. `problems` is absent for replies. */
export function decodeContent(content: Json | undefined, path: string, problems?: Problems): Block[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!Array.isArray(content)) {
    problems?.report(path, 'must be a string or a list of content parts')
    return []
  }
  const blocks: Block[] = []
  content.forEach((part, index) => {
    if (typeof part === 'string') blocks.push({ type: 'text', text: part })
    else if (isObject(part) && typeof part.type === 'string') blocks.push(decodePart(part))
    else problems?.report(`${path}[${index}]`, 'must be a content part with a "type"')
  })
  return blocks
}

/** A part of a kind that the hub has no form for stays whole as an opaque block. */
export function decodePart(part: JsonObject): Block {
  switch (part.type) {
    case 'text':
      if (typeof part.text === 'string') return { type: 'text', text: part.text }
      break
    case 'thinking':
      if (typeof part.thinking === 'string') return { type: 'reasoning', text: part.thinking }
      break
    case 'image_url': {
      const url = asString(part.image_url) ?? asString(asObject(part.image_url)?.url)
      const detail = asString(asObject(part.image_url)?.detail)
      if (url !== undefined) return compact({ type: 'image', source: sourceOfUrl(url), detail })
      break
    }
    case 'document':
      if (part.document !== undefined && part.document !== null) return decodeDocument(part.document)
      break
  }
  return { type: 'opaque', wire: WIRE, value: part }
}

const ASSISTANT_FIELDS = new Set(['role', 'content', 'tool_plan', 'tool_calls', 'citations'])

/** An assistant message: its content with citations, the plan beside the calls, the calls, and what else it holds. */
export function decodeAssistant(message: JsonObject, path: string, problems?: Problems): Block[] {
  const blocks = decodeContent(message.content, `${path}.content`, problems)
  cite(blocks, asArray(message.citations).filter(isObject))
  const plan = asString(message.tool_plan)
  if (plan) blocks.push({ type: 'reasoning', text: plan, raw: { wire: WIRE, value: { type: TOOL_PLAN } } })
  asArray(message.tool_calls)
    .filter(isObject)
    .forEach((call, index) => {
      blocks.push(decodeToolCall(call, index))
    })
  return [...blocks, ...keptFields(message, ASSISTANT_FIELDS)]
}

/** An opaque block for what a message has beyond the hub's words; none for nothing. */
export function keptFields(message: JsonObject, known: ReadonlySet<string>): Block[] {
  const fields = unknownFields(message, known)
  if (Object.keys(fields).length === 0) return []
  return [{ type: 'opaque', wire: WIRE, value: { type: MESSAGE_FIELDS, fields } }]
}

/** Each citation goes to the content it names, or to the first text. */
function cite(blocks: Block[], citations: readonly JsonObject[]): void {
  for (const value of citations) {
    const named = blocks[asNumber(value.content_index) ?? -1]
    const found = named?.type === 'text' ? named : blocks.find((block) => block.type === 'text')
    if (found?.type === 'text') found.citations = [...(found.citations ?? []), decodeCitation(value)]
    else blocks.push({ type: 'text', text: '', citations: [decodeCitation(value)] })
  }
}
