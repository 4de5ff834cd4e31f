/** Parts of a content or a candidate -> the hub's blocks. */

import type { Block, ReasoningBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { argumentsOf } from '../anthropic-messages/tool-input.ts'
import { camelCased } from './aliases.ts'
import { decodeMedia } from './media.ts'
import { decodeResult } from './tool-result.ts'
import { WIRE } from './wire-name.ts'

/** Who gives ids to calls and finds the call that a result answers. */
export interface PartIds {
  called(name: string, id: string | undefined): string
  answered(name: string | undefined, id: string | undefined): string
}

/**
 * Signatures stand on parts here and on thinking in the hub: that of a call or a picture goes before it, that of a text after it, and
 * thinking without one takes the next (difference 33).
 */
export function decodeParts(parts: Json | undefined, ids: PartIds): Block[] {
  const blocks: Block[] = []
  // Google takes one part without a list around it.
  for (const entry of isObject(parts) ? [parts] : asArray(parts))
    if (isObject(entry)) decodePart(camelCased(entry), ids, blocks)
  return blocks
}

function decodePart(part: JsonObject, ids: PartIds, blocks: Block[]): void {
  const signature = asString(part.thoughtSignature) || undefined
  const text = asString(part.text)
  if (part.thought === true && !('functionCall' in part)) {
    decodeThought(part, text, signature, blocks)
    return
  }
  if (text !== undefined) {
    if (text) blocks.push({ type: 'text', text })
    if (signature) sign(blocks, signature)
    return
  }
  const other = decodeOther(part, ids)
  // What stays whole keeps its signature, as code that Google ran does.
  if (other?.type === 'opaque') other.value = part
  else if (signature) sign(blocks, signature)
  if (other) blocks.push(other)
}

/** A signature on the thinking itself goes back to where it stood. A picture drawn while thinking is not the answer's. */
function decodeThought(part: JsonObject, text: string | undefined, signature: string | undefined, blocks: Block[]) {
  const isText = Object.keys(part).every((name) => OF_THOUGHT.has(name))
  if (!isText) blocks.push({ type: 'opaque', wire: WIRE, value: part })
  else if (text || signature !== undefined) {
    const raw = signature === undefined ? undefined : { wire: WIRE, value: { signed: 'thought' } }
    const block = { type: 'reasoning' as const, text: text ?? '', signature, raw } satisfies Loose<ReasoningBlock>
    blocks.push(compact(block) as ReasoningBlock) // `compact` took the undefined fields out
  }
}

const OF_THOUGHT: ReadonlySet<string> = new Set(['text', 'thought', 'thoughtSignature'])

/** `compact` takes the undefined fields out again. */
type Loose<T> = { [Key in keyof T]: T[Key] | undefined }

function decodeOther(part: JsonObject, ids: PartIds): Block | undefined {
  const call = asObject(part.functionCall)
  if (call) return decodeCall(call, ids)
  const response = asObject(part.functionResponse)
  if (response) return decodeResponse(response, ids)
  const { thoughtSignature: _, ...value } = part
  const media = decodeMedia(value)
  if (media) return media
  return Object.keys(value).length > 0 ? { type: 'opaque', wire: WIRE, value } : undefined
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
  const { content, isError } = decodeResult(response.response, name)
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
