/** One content block of this wire, from a request or a reply -> the hub's block. */

import type { Block, ReasoningBlock, ToolCallBlock } from '../../ground/chat-call.ts'
import { asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { argumentsOf } from '../anthropic-messages/tool-input.ts'
import type { Problems } from '../problems.ts'
import { decodeCachePoint } from './cache-point.ts'
import { decodeCitationsContent } from './citations.ts'
import { decodeDocument, decodeImage } from './decode-media.ts'
import { WIRE } from './wire-name.ts'

/** Content as a list of blocks. A cache point becomes a hint on the block before it. */
export function decodeContent(content: Json | undefined, path: string, problems: Problems): Block[] {
  if (!Array.isArray(content)) {
    problems.report(path, 'must be a list of content blocks')
    return []
  }
  const blocks: Block[] = []
  content.forEach((value, index) => {
    const last = blocks.at(-1)
    const cache = decodeCachePoint(value)
    if (cache && last && takesCache(last)) last.cache = cache
    else if (isObject(value)) blocks.push(decodeBlock(value, `${path}[${index}]`, problems))
    else problems.report(`${path}[${index}]`, 'must be a content block')
  })
  return blocks
}

type Cacheable = Extract<Block, { type: 'text' | 'image' | 'document' | 'tool-call' | 'tool-result' }>

function takesCache(block: Block): block is Cacheable {
  switch (block.type) {
    case 'text':
    case 'image':
    case 'document':
    case 'tool-call':
    case 'tool-result':
      return block.cache === undefined
    default:
      return false
  }
}

/**
 * A block the hub has no form for (video, guarded text, search results, tools that run at the provider, what is new)
 * stays whole as an opaque block. What is wrong with the client's own is noted in `problems`.
 */
export function decodeBlock(value: JsonObject, path: string, problems: Problems): Block {
  return decodeKnown(value, path, problems) ?? { type: 'opaque', wire: WIRE, value }
}

function decodeKnown(value: JsonObject, path: string, problems: Problems): Block | undefined {
  const [kind, second] = Object.keys(value).filter((key) => isMember(value, key))
  // A block is a union: exactly one member says what it is. Nova's grounding puts a `type` beside it.
  if (kind === undefined || second !== undefined) return undefined
  const inner = value[kind]
  if (kind === 'text') {
    if (typeof inner !== 'string') problems.report(`${path}.text`, 'must be a string')
    return { type: 'text', text: asString(inner) ?? '' }
  }
  if (!isObject(inner)) return undefined
  switch (kind) {
    case 'image':
      return decodeImage(inner)
    case 'document':
      return decodeDocument(inner)
    case 'audio':
      return decodeAudio(inner)
    case 'reasoningContent':
      return decodeReasoning(inner)
    case 'citationsContent':
      return decodeCitationsContent(inner)
    case 'toolUse':
      return decodeToolUse(inner)
    case 'toolResult':
      return decodeToolResult(inner, `${path}.toolResult`, problems)
    default:
      return undefined
  }
}

/** Some clients put a `type` of other APIs beside a text, which says nothing. */
function isMember(value: JsonObject, key: string): boolean {
  if (key === 'type' && value.type === 'text' && value.text !== undefined) return false
  return value[key] !== undefined && value[key] !== null
}

function decodeAudio({ format, source }: JsonObject): Block | undefined {
  const data = asString(asObject(source)?.bytes)
  return data === undefined || typeof format !== 'string' ? undefined : { type: 'audio', format, data }
}

function decodeReasoning(value: JsonObject): ReasoningBlock | undefined {
  const redacted = asString(value.redactedContent)
  if (redacted !== undefined) return { type: 'reasoning', text: '', redacted }
  const thought = asObject(value.reasoningText)
  if (!thought) return undefined
  const signature = asString(thought.signature)
  return { type: 'reasoning', text: asString(thought.text) ?? '', ...(signature && { signature }) }
}

/** Whether a call is for the client: one with a `type` (Nova's `server_tool_use`) was already run by the provider. */
export function isPlainToolUse(value: JsonObject): boolean {
  return value.type === undefined || value.type === null || value.type === 'tool_use'
}

function decodeToolUse(value: JsonObject): ToolCallBlock | undefined {
  if (!isPlainToolUse(value)) return undefined
  return {
    type: 'tool-call',
    id: asString(value.toolUseId) ?? '',
    name: asString(value.name) ?? '',
    arguments: argumentsOf(value.input),
  }
}

function decodeToolResult(value: JsonObject, path: string, problems: Problems): Block | undefined {
  if (value.type !== undefined && value.type !== null) return undefined
  if (typeof value.toolUseId !== 'string') problems.report(`${path}.toolUseId`, 'must be a string')
  const content = (Array.isArray(value.content) ? value.content : []).map((piece) => textOfJson(piece))
  return {
    type: 'tool-result',
    id: asString(value.toolUseId) ?? '',
    content: decodeContent(content, `${path}.content`, problems),
    ...(value.status === 'error' && { isError: true }),
    ...(value.status === 'success' && { isError: false }),
  }
}

/** A result given as JSON is text to every other API; `asWritten` keeps the form for this one. */
function textOfJson(piece: Json): Json {
  if (!isObject(piece) || piece.json === undefined) return piece
  return { text: JSON.stringify(piece.json) }
}
