/** What a function gave back: an object on this wire, blocks in the hub. */

import type { AudioBlock, Block, DocumentBlock, ImageBlock } from '../../ground/chat-call.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { aBlock, type Losses } from '../losses.ts'

/** Names under which SDKs put a result that is only a text. */
const TEXT_NAMES: ReadonlySet<string> = new Set(['output', 'result', 'content'])

/** Vercel's SDK repeats the name of the function beside the result; the name says nothing new and is left out. */
export function decodeResult(
  response: Json | undefined,
  calledName: string | undefined,
): { content: Block[]; isError: boolean } {
  if (!isObject(response)) return { content: textBlocks(response), isError: false }
  const keys = Object.keys(response)
  const isRepeated = keys.length === 2 && calledName !== undefined && response.name === calledName
  const [name = '', ...others] = isRepeated ? keys.filter((key) => key !== 'name') : keys
  const only = others.length === 0 ? response[name] : undefined
  if (name === 'error' && others.length === 0) return { content: textBlocks(only), isError: true }
  const isText = typeof only === 'string' && TEXT_NAMES.has(name)
  return { content: textBlocks(isText ? only : response), isError: false }
}

/** What goes beside the result, as parts of their own. */
export function isMedia(block: Block): block is ImageBlock | DocumentBlock | AudioBlock {
  return block.type === 'image' || block.type === 'audio' || (block.type === 'document' && block.source.kind !== 'text')
}

/** Google wants an object: text that is one is sent as it, other text as `output`, an error as `error`. */
export function encodeResult(content: readonly Block[], isError: boolean, losses: Losses): JsonObject {
  const texts: string[] = []
  for (const block of content) {
    if (block.type === 'text' || block.type === 'refusal') texts.push(block.text)
    else if (block.type === 'document' && block.source.kind === 'text') texts.push(block.source.text)
    else if (!isMedia(block))
      losses.dropped('tool_result.content', `${aBlock(block.type, 'A')} has no place in the result of a function.`)
  }
  const text = texts.join('\n')
  if (isError) return { error: text }
  const parsed = /^\s*\{/.test(text) ? parseJson(text) : undefined
  return isObject(parsed) ? parsed : { output: text }
}

function textBlocks(value: Json | undefined): Block[] {
  if (value === undefined || value === null || value === '') return []
  return [{ type: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) }]
}
