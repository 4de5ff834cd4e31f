/** Parts of a content or a candidate -> the hub's blocks. */

import type { Block, ReasoningBlock } from '../../ground/chat-call.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { argumentsOf } from '../anthropic-messages/tool-input.ts'
import { compact } from '../openai-chat/compact.ts'
import { camelCased } from './aliases.ts'
import { decodeFile, decodeInline } from './media.ts'
import { decodeResult } from './tool-result.ts'
import { WIRE } from './wire-name.ts'

/** Who gives ids to calls and finds the call that a result answers. */
export interface PartIds {
  called(name: string, id: string | undefined): string
  answered(name: string | undefined, id: string | undefined): string
}

/**
 * Signatures stand on parts here and on thinking in the hub: that of a call goes before it, that of a text after it, and
 * thinking without one takes the next (difference 33).
 */
export function decodeParts(parts: Json | undefined, ids: PartIds): Block[] {
  const blocks: Block[] = []
  for (const entry of asArray(parts)) if (isObject(entry)) decodePart(camelCased(entry), ids, blocks)
  return blocks
}

function decodePart(part: JsonObject, ids: PartIds, blocks: Block[]): void {
  const signature = asString(part.thoughtSignature) || undefined
  const text = asString(part.text)
  if (part.thought === true && text !== undefined) {
    // A signature on the thinking itself goes back to where it stood.
    const raw = signature === undefined ? undefined : { wire: WIRE, value: { signed: 'thought' } }
    blocks.push(compact({ type: 'reasoning', text, signature, raw } satisfies Loose<ReasoningBlock>) as ReasoningBlock)
    return
  }
  if (text !== undefined) {
    if (text) blocks.push({ type: 'text', text })
    if (signature) sign(blocks, signature)
    return
  }
  if (signature) sign(blocks, signature)
  blocks.push(...decodeOther(part, ids))
}

/** `compact` takes the undefined fields out again. */
type Loose<T> = { [Key in keyof T]: T[Key] | undefined }

function decodeOther(part: JsonObject, ids: PartIds): Block[] {
  const call = asObject(part.functionCall)
  if (call) return [decodeCall(call, ids)]
  const response = asObject(part.functionResponse)
  if (response) return [decodeResponse(response, ids)]
  const inline = asObject(part.inlineData)
  if (inline) return [decodeInline(inline)]
  const file = asObject(part.fileData)
  if (file) return [decodeFile(file)]
  const { thoughtSignature: _, ...value } = part
  return Object.keys(value).length > 0 ? [{ type: 'opaque', wire: WIRE, value }] : []
}

function decodeCall(call: JsonObject, ids: PartIds): Block {
  const name = asString(call.name) ?? ''
  return {
    type: 'tool-call',
    id: ids.called(name, asString(call.id) || undefined),
    name,
    arguments: argumentsOf(call.args),
  }
}

function decodeResponse(response: JsonObject, ids: PartIds): Block {
  const name = asString(response.name) || undefined
  const { content, isError } = decodeResult(response.response)
  // Newer models take pictures beside the result.
  const more = decodeParts(response.parts, ids)
  const id = ids.answered(name, asString(response.id) || undefined)
  return {
    type: 'tool-result',
    id,
    ...(name !== undefined && { name }),
    content: [...content, ...more],
    ...(isError && { isError }),
  }
}

function sign(blocks: Block[], signature: string): void {
  const last = blocks.at(-1)
  if (last?.type === 'reasoning' && last.signature === undefined && last.redacted === undefined)
    last.signature = signature
  else blocks.push({ type: 'reasoning', text: '', signature })
}
