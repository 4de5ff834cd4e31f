/** A second, plain reading of this API's JSON, with none of the wire's code, to hold the wire against. */

import type { ChatReply } from '../../ground/chat-reply.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'

export interface Plain {
  text: string
  thinking: string
  plan: string
  citations: Json[]
  calls: { id: Json | undefined; name: Json | undefined; arguments: Json | undefined }[]
  finish: string | undefined
}

/** What a whole reply says, read with none of the wire's code. */
export function plainReply(body: JsonObject): Plain {
  const message = asObject(body.message)
  if (!message) return { ...NOTHING, text: String(body.text), finish: asString(body.finish_reason) }
  const content = asArray(message.content).filter(isObject)
  const joined = (field: string) => content.map((part) => part[field] ?? '').join('')
  return {
    text: joined('text'),
    thinking: joined('thinking'),
    plan: String(message.tool_plan ?? ''),
    citations: asArray(message.citations),
    calls: asArray(message.tool_calls)
      .filter(isObject)
      .map((call) => ({ id: call.id, ...named(asObject(call.function) ?? {}) })),
    finish: asString(body.finish_reason),
  }
}

const NOTHING: Plain = { text: '', thinking: '', plan: '', citations: [], calls: [], finish: undefined }

function named(target: JsonObject) {
  const args = target.arguments === 'null' || target.arguments === '' ? '{}' : target.arguments
  return { name: target.name, arguments: args }
}

/** The same of a stream's events. */
export function plainStream(events: readonly JsonObject[]): Plain {
  const plain: Plain = { ...NOTHING, citations: [], calls: [] }
  for (const event of events) {
    const delta = asObject(event.delta) ?? {}
    const message = asObject(delta.message) ?? {}
    const content = asObject(message.content) ?? {}
    const call = asObject(message.tool_calls)
    if (event.event_type === 'text-generation') plain.text += String(event.text)
    if (event.type === 'content-delta' || event.type === 'content-start') {
      plain.text += String(content.text ?? '')
      plain.thinking += String(content.thinking ?? '')
    }
    if (event.type === 'tool-plan-delta') plain.plan += String(message.tool_plan)
    if (event.type === 'citation-start' && message.citations) plain.citations.push(message.citations)
    const target = asObject(call?.function) ?? {}
    if (event.type === 'tool-call-start' && call)
      plain.calls.push({ id: call.id, name: target.name, arguments: target.arguments })
    const last = plain.calls.at(-1)
    if (event.type === 'tool-call-delta' && last) last.arguments += String(target.arguments)
    if (event.type === 'message-end') plain.finish = asString(delta.finish_reason)
    if (event.event_type === 'stream-end') plain.finish = asString(event.finish_reason)
  }
  for (const call of plain.calls) if (call.arguments === '') call.arguments = '{}'
  return plain
}

export function hubReading(reply: ChatReply): Plain {
  const [choice] = reply.choices
  const plain: Plain = { ...NOTHING, citations: [], calls: [], finish: choice?.rawFinish }
  for (const block of choice?.content ?? []) {
    if (block.type === 'text') {
      plain.text += block.text
      plain.citations.push(...(block.citations ?? []).map(({ raw }) => raw?.value ?? null))
    }
    if (block.type === 'reasoning') plain[block.raw ? 'plan' : 'thinking'] += block.text
    if (block.type === 'tool-call') plain.calls.push({ id: block.id, name: block.name, arguments: block.arguments })
  }
  return plain
}

const SAYS_NOTHING: ReadonlySet<string> = new Set(['[{"type":"text"}]', '""', '[]'])

/** A request without what says nothing, and with one form for each thing that has two. */
export function canonical(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => canonical(item) ?? null)
  if (!isObject(value)) return value
  const result: JsonObject = {}
  for (const [field, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue
    const shown = canonical(inner)
    const [only] = field === 'content' ? asArray(shown) : []
    const text = asArray(shown).length === 1 && isObject(only) && only.type === 'text' ? only.text : undefined
    // An assistant beside whose calls no words stand.
    if (SAYS_NOTHING.has(JSON.stringify(text ?? shown))) continue
    result[field] = text ?? shown
  }
  return result
}
