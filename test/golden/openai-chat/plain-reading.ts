/** A second, plain reading of Chat Completions JSON, with none of the wire's code, to hold the wire against. */

import type { ChatReply } from '../../../src/ground/chat-reply.ts'
import { asArray, asObject, isObject, type Json, type JsonObject } from '../../../src/ground/json.ts'

/** What a choice says. */
export interface Plain {
  text: string
  reasoning: string
  refusal: string
  calls: { name: string; arguments: string }[]
}

function partText(content: Json | undefined, field: 'text' | 'thinking'): string {
  if (typeof content === 'string') return field === 'text' ? content : ''
  if (isObject(content)) return field === 'text' ? JSON.stringify(content) : ''
  return asArray(content)
    .filter(isObject)
    .map((part) => (part.type !== field ? '' : field === 'text' ? String(part.text) : partText(part.thinking, 'text')))
    .join('')
}

/** The message or deltas of one choice, read with none of the wire's code. */
export function plainReading(pieces: readonly JsonObject[]): Plain {
  const plain: Plain = { text: '', reasoning: '', refusal: '', calls: [] }
  const byKey = new Map<string, { name: string; arguments: string }>()
  for (const piece of pieces) {
    plain.text += partText(piece.content, 'text')
    const detailed = asArray(piece.reasoning_details)
      .map((detail) => asObject(detail)?.text ?? asObject(detail)?.summary ?? '')
      .join('')
    plain.reasoning +=
      String(piece.reasoning_content || piece.reasoning || detailed) + partText(piece.content, 'thinking')
    plain.refusal += String(piece.refusal ?? '')
    asArray(piece.tool_calls).forEach((value, position) => {
      const call = asObject(value) ?? {}
      const target = asObject(call.function) ?? {}
      // In a stream the index names the call; a fresh id under an old index is another call.
      const index = String(call.index ?? `p${byKey.size}-${position}`)
      let key = index
      for (let copy = 1; call.id && byKey.has(key) && ids.get(byKey.get(key) ?? {}) !== call.id; copy++)
        key = `${index}#${copy}`
      const known = byKey.get(key)
      const args =
        typeof target.arguments === 'string'
          ? target.arguments
          : target.arguments
            ? JSON.stringify(target.arguments)
            : ''
      if (known) known.arguments += args
      else {
        const fresh = { name: String(target.name ?? ''), arguments: args }
        byKey.set(key, fresh)
        ids.set(fresh, call.id)
        plain.calls.push(fresh)
      }
    })
  }
  for (const call of plain.calls) call.arguments ||= '{}'
  return plain
}

const ids = new WeakMap<object, Json | undefined>()

/** The same of a hub reply. */
export function hubReading(reply: ChatReply, choice: number): Plain {
  const plain: Plain = { text: '', reasoning: '', refusal: '', calls: [] }
  for (const block of reply.choices[choice]?.content ?? []) {
    if (block.type === 'text') plain.text += block.text
    if (block.type === 'reasoning') plain.reasoning += block.text
    if (block.type === 'refusal') plain.refusal += block.text
    if (block.type === 'tool-call') plain.calls.push({ name: block.name, arguments: block.arguments })
  }
  return plain
}

/** A request without what says nothing, and with one name for each thing that has two. */
export function canonicalRequest(body: JsonObject): JsonObject {
  const result = asObject(canonical(body)) ?? {}
  if (result.stream === false) delete result.stream
  delete result.stream_options
  if (result.logprobs === false) delete result.logprobs
  if (typeof result.stop === 'string') result.stop = [result.stop]
  result.max_tokens = result.max_completion_tokens ?? result.max_tokens
  delete result.max_completion_tokens
  if (result.max_tokens === undefined) delete result.max_tokens
  if (Array.isArray(result.tools) && result.tools.length === 0) delete result.tools
  if (result.top_logprobs === 0 || result.logprobs === undefined) delete result.top_logprobs
  return result
}

function saysSomething(detail: JsonObject): boolean {
  return Boolean(detail.text || detail.summary || detail.data || detail.signature)
}

function canonical(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => canonical(item) ?? null)
  if (!isObject(value)) return value
  const result: JsonObject = {}
  for (const [field, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue
    if (field === 'type' && inner === 'function') continue
    if (field === 'ttl' && inner === '5m') continue
    if (field === 'reasoning_details' && !asArray(inner).some((detail) => saysSomething(asObject(detail) ?? {})))
      continue
    if (Array.isArray(inner) && inner.length === 0 && (field === 'tool_calls' || field === 'annotations')) continue
    // Mistral takes the address of an image bare.
    if (field === 'image_url' && typeof inner === 'string') result[field] = { url: inner }
    else result[field] = canonical(inner)
  }
  if (isObject(result.function) && result.function.arguments === '') result.function.arguments = '{}'
  if (typeof value.role !== 'string') return result
  // Content of one text part means the same as the text; none is the empty text.
  const parts = asArray(result.content)
  const only = asObject(parts[0])
  if (parts.length === 1 && only?.type === 'text' && !only.cache_control && Object.keys(only).length === 2)
    result.content = only.text
  if (result.content === undefined || (Array.isArray(result.content) && parts.length === 0)) result.content = ''
  if (isObject(result.cache_control)) delete result.cache_control
  return result
}

/** Fields a hub call says in another way, or that this test's quirks send back under one name. */
export function comparable(body: JsonObject): JsonObject {
  const messages = asArray(body.messages).map((value) => {
    const { reasoning, reasoning_content, ...message } = asObject(value) ?? {}
    const detailed = asArray(message.reasoning_details).map(
      (detail) => asObject(detail)?.text ?? asObject(detail)?.summary ?? '',
    )
    const thought = reasoning_content || reasoning || detailed.join('')
    if (Array.isArray(message.tool_calls))
      message.tool_calls = message.tool_calls.map((call) => ({ ...asObject(call), index: undefined }))
    const content = asArray(message.content).map((part) => {
      const { cache_control: __, ...rest } = asObject(part) ?? {}
      return rest
    })
    if (content.length > 0)
      message.content = content.length === 1 && content[0]?.type === 'text' ? content[0].text : content
    return thought ? { ...message, reasoning: thought } : message
  })
  return { ...body, messages }
}
