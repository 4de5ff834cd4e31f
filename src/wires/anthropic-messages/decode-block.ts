/** One content block of this wire, from a request or a reply -> the hub's block. */

import type { Block, ReasoningBlock, ToolCallBlock } from '../../ground/chat-call.ts'
import { asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { decodeCache } from './cache-control.ts'
import { decodeCitations } from './citations.ts'
import { decodeSource } from './decode-source.ts'
import { argumentsOf } from './tool-input.ts'
import { WIRE } from './wire-name.ts'

/**
 * Undefined for something that is no block at all, which is noted in `problems`. A block the hub has no form for
 * (server tools and their results, search results, container uploads, what is new) stays whole as an opaque block.
 */
export function decodeBlock(value: Json, path: string, problems: Problems): Block | undefined {
  if (!isObject(value) || typeof value.type !== 'string') {
    problems.report(path, 'must be a content block with a "type"')
    return undefined
  }
  const cache = decodeCache(value.cache_control)
  switch (value.type) {
    case 'text':
      return { type: 'text', text: text(value, 'text', path, problems), ...decodeCitations(value.citations), ...cache }
    case 'image':
    case 'document':
      return decodeMedia(value, path, problems)
    case 'thinking':
      return decodeThinking(value)
    case 'redacted_thinking':
      return { type: 'reasoning', text: '', redacted: asString(value.data) ?? '' }
    case 'tool_use':
      return decodeToolUse(value)
    case 'tool_result':
      return {
        type: 'tool-result',
        id: text(value, 'tool_use_id', path, problems),
        content: decodeContent(value.content ?? [], `${path}.content`, problems),
        ...(typeof value.is_error === 'boolean' && { isError: value.is_error }),
        ...cache,
      }
    default:
      return { type: 'opaque', wire: WIRE, value }
  }
}

/** Content given as a string or as blocks. */
export function decodeContent(content: Json | undefined, path: string, problems: Problems): Block[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!Array.isArray(content)) {
    problems.report(path, 'must be a string or a list of content blocks')
    return []
  }
  const blocks = content.map((value, index) => decodeBlock(value, `${path}[${index}]`, problems))
  return blocks.filter((block) => block !== undefined)
}

/** A thinking block; an empty signature is none. */
function decodeThinking(value: JsonObject): ReasoningBlock {
  const signature = asString(value.signature)
  return { type: 'reasoning', text: asString(value.thinking) ?? '', ...(signature && { signature }) }
}

/** Whether a `tool_use` block is for the client alone: one that server code made, or of a toolset, only this wire knows. */
export function isPlainToolUse(value: JsonObject): boolean {
  const byModel = !isObject(value.caller) || value.caller.type === 'direct'
  return byModel && (value.toolset_name === undefined || value.toolset_name === null)
}

function decodeToolUse(value: JsonObject): Block {
  if (!isPlainToolUse(value)) return { type: 'opaque', wire: WIRE, value }
  const call: ToolCallBlock = {
    type: 'tool-call',
    id: asString(value.id) ?? '',
    name: asString(value.name) ?? '',
    arguments: argumentsOf(value.input),
    ...decodeCache(value.cache_control),
  }
  return call
}

function decodeMedia(value: JsonObject, path: string, problems: Problems): Block {
  const inner = (block: Json, innerPath: string) => decodeBlock(block, innerPath, problems)
  const source = decodeSource(value.source, inner, `${path}.source`)
  if (!source || (value.transformations !== undefined && value.transformations !== null))
    return { type: 'opaque', wire: WIRE, value }
  const cache = decodeCache(value.cache_control)
  if (value.type === 'image') return { type: 'image', source, ...cache }
  const { title, context, citations } = value
  return {
    type: 'document',
    source,
    ...(typeof title === 'string' && { title }),
    ...(typeof context === 'string' && { context }),
    ...(isObject(citations) && typeof citations.enabled === 'boolean' && { citations: citations.enabled }),
    ...cache,
  }
}

function text(value: JsonObject, field: string, path: string, problems: Problems): string {
  const found = value[field]
  if (typeof found !== 'string') problems.report(`${path}.${field}`, 'must be a string')
  return asString(found) ?? ''
}
