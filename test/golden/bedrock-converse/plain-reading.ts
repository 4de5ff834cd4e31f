/** A second, plain reading of Converse requests and streams, as the specification says, with none of our code. */

import { asArray, asObject, isObject, type Json, type JsonObject, parseJson } from '../../../src/ground/json.ts'
import type { SseEvent } from '../../../src/ground/sse.ts'

/** A value without what says nothing: nulls, and the default lifetime of a cache point. */
export function canonical(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => canonical(item) ?? null)
  if (!isObject(value)) return value
  const result: JsonObject = {}
  for (const [field, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue
    if (field === 'type' && inner === 'text' && 'text' in value) continue
    if (field === 'type' && inner === 'tool_use' && 'toolUseId' in value) continue
    if (field === 'system' && Array.isArray(inner) && inner.length === 0) continue
    if (/Config$|RequestFields$/.test(field) && isObject(inner) && Object.keys(inner).length === 0) continue
    if (field === 'schema' && typeof inner === 'string') result[field] = parseJson(inner) ?? inner
    else result[field] = canonical(inner)
  }
  return result
}

/** Turns of one role in a row are one turn. */
export function mergedTurns(body: JsonObject): JsonObject {
  const turns: JsonObject[] = []
  for (const message of asArray(body.messages).filter(isObject)) {
    const last = turns.at(-1)
    if (last && last.role === message.role) last.content = [...asArray(last.content), ...asArray(message.content)]
    else turns.push({ ...message })
  }
  return { ...asObject(canonical(body)), messages: canonical(turns) }
}

/** What a stream adds up to. */
export interface Folded {
  readonly blocks: JsonObject[]
  stop: JsonObject
  metadata: JsonObject
}

/** The blocks, the stop and the metadata that the events of a stream add up to. */
export function folded(events: readonly SseEvent[]): Folded {
  const blocks: JsonObject[] = []
  const result: Folded = { blocks, stop: {}, metadata: {} }
  for (const { event, data } of events) {
    const payload = JSON.parse(data)
    const name = event || Object.keys(payload)[0]
    const value = event ? payload : payload[name ?? '']
    const index = Number(value.contentBlockIndex)
    if (name === 'contentBlockStart' && Object.keys(value.start).length > 0) blocks[index] = value.start
    if (name === 'contentBlockDelta') {
      blocks[index] ??= {}
      fold(blocks[index], value.delta)
    }
    if (name === 'messageStop') result.stop = value
    if (name === 'metadata') result.metadata = value
  }
  return { ...result, blocks: blocks.filter(Boolean).map(closed) }
}

function fold(block: JsonObject, delta: JsonObject): void {
  const { text, toolUse, toolResult, reasoningContent, citation } = delta
  if (typeof text === 'string') block.text = `${block.text ?? ''}${text}`
  if (isObject(toolUse)) {
    const call = asObject(block.toolUse) ?? {}
    block.toolUse = { ...call, input: `${call.input ?? ''}${toolUse.input}` }
  }
  if (Array.isArray(toolResult)) block.toolResult = { ...asObject(block.toolResult), content: toolResult }
  if (isObject(reasoningContent)) {
    const before = asObject(asObject(block.reasoningContent)?.reasoningText) ?? {}
    const thought = `${before.text ?? ''}${reasoningContent.text ?? ''}`
    const { signature = before.signature } = reasoningContent
    block.reasoningContent = { reasoningText: { text: thought, ...(signature !== undefined && { signature }) } }
  }
  if (isObject(citation)) block.citations = [...asArray(block.citations), citation]
}

/** The block as a whole reply would hold it. */
function closed(block: JsonObject): JsonObject {
  const { text, citations, toolUse } = block
  if (citations) return { citationsContent: { ...(text ? { content: [{ text }] } : {}), citations } }
  if (isObject(toolUse)) return { toolUse: { ...toolUse, input: parseJson(String(toolUse.input || '{}')) ?? null } }
  return block
}
