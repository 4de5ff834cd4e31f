/** `instructions` and `input` of a request -> the hub's messages. */

import type { Block, Message, ReasoningBlock } from '../../ground/chat-call.ts'
import { asArray, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { carriedThinking } from './carried.ts'
import { decodeContent } from './decode-part.ts'
import { functionCallFields, messageFields } from './message-fields.ts'
import { PARAGRAPH } from './read-reasoning.ts'
import { WIRE } from './wire-name.ts'

/**
 * What the assistant said, thought and called in a row becomes one message, as other wires want it; each tool output is
 * a message of its own. Items that only this wire knows stay whole, on the side that makes them.
 */
export function decodeInput(body: JsonObject, problems: Problems): Message[] {
  const messages: Message[] = []
  const instructions = body.instructions
  if (typeof instructions === 'string') {
    if (instructions) messages.push({ role: 'system', content: [{ type: 'text', text: instructions }] })
  } else if (Array.isArray(instructions)) addItems(instructions, 'instructions', messages, problems)
  else if (instructions !== undefined && instructions !== null)
    problems.report('instructions', 'must be a string or a list of items')
  const { input } = body
  if (typeof input === 'string') messages.push({ role: 'user', content: decodeContent(input, 'input', problems) })
  else if (Array.isArray(input)) addItems(input, 'input', messages, problems)
  else if (input !== undefined && input !== null) problems.report('input', 'must be a string or a list of items')
  else if (!STANDS_FOR_INPUT.some((field) => isGiven(body[field])))
    problems.report('input', 'is required: a string or a list of items')
  return messages
}

/** Fields that let a request do without input of its own. */
const STANDS_FOR_INPUT = ['prompt', 'previous_response_id', 'conversation'] as const

function isGiven(value: Json | undefined): boolean {
  return value !== undefined && value !== null
}

function addItems(items: readonly Json[], field: string, messages: Message[], problems: Problems): void {
  items.forEach((item, index) => {
    const path = `${field}[${index}]`
    const message = isObject(item) ? decodeItem(item, path, problems) : undefined
    if (!message) {
      problems.report(path, 'must be an item with a "type", or a message with a "role"')
      return
    }
    const last = messages.at(-1)
    if (message.role === 'assistant' && last?.role === 'assistant') last.content.push(...message.content)
    else messages.push(message)
  })
}

function decodeItem(item: JsonObject, path: string, problems: Problems): Message | undefined {
  const type = asString(item.type) ?? (item.role === undefined ? undefined : 'message')
  switch (type) {
    case undefined:
      return undefined
    case 'message':
      return decodeMessage(item, path, problems)
    case 'reasoning':
      return { role: 'assistant', content: [decodeReasoning(item)] }
    case 'function_call':
      return { role: 'assistant', content: decodeCall(item, path, problems) }
    case 'function_call_output': {
      const id = problems.string(item, 'call_id', `${path}.call_id`)
      if (!id) problems.report(`${path}.call_id`, 'is required')
      const content = decodeContent(item.output, `${path}.output`, problems)
      return { role: 'tool', content: [{ type: 'tool-result', id: id ?? '', content }] }
    }
    default:
      return { role: roleOf(type), content: [{ type: 'opaque', wire: WIRE, value: item }] }
  }
}

/** Outputs, approvals and references come from the client's side; calls and what providers add from the model's. */
function roleOf(type: string): Message['role'] {
  return /_output$|_response$|^item_reference$/.test(type) ? 'tool' : 'assistant'
}

const ROLES: ReadonlySet<string> = new Set(['system', 'developer', 'user', 'assistant'])

function isRole(role: string | undefined): role is Message['role'] {
  return role !== undefined && ROLES.has(role)
}

function decodeMessage(item: JsonObject, path: string, problems: Problems): Message {
  const role = asString(item.role)
  if (!isRole(role)) problems.report(`${path}.role`, 'must be system, developer, user or assistant')
  const content = decodeContent(item.content, `${path}.content`, problems)
  const fields = messageFields(item)
  const head: Block[] = fields ? [{ type: 'opaque', wire: WIRE, value: fields }] : []
  return { role: isRole(role) ? role : 'user', content: [...head, ...content] }
}

function decodeCall(item: JsonObject, path: string, problems: Problems): Block[] {
  const id = problems.string(item, 'call_id', `${path}.call_id`)
  const name = problems.string(item, 'name', `${path}.name`)
  if (!id) problems.report(`${path}.call_id`, 'is required')
  if (!name) problems.report(`${path}.name`, 'is required')
  const call: Block = {
    type: 'tool-call',
    id: id ?? '',
    name: name ?? '',
    arguments: problems.string(item, 'arguments', `${path}.arguments`) || '{}',
  }
  const value = functionCallFields(item, call.id)
  return value ? [call, { type: 'opaque', wire: WIRE, value }] : [call]
}

/** Whole as `raw` for this wire. Others get its text, and their own signature back where it only came through here. */
function decodeReasoning(item: JsonObject): ReasoningBlock {
  const text = [...asArray(item.summary), ...asArray(item.content)]
    .map((part) => (isObject(part) ? (asString(part.text) ?? '') : ''))
    .filter(Boolean)
    .join(PARAGRAPH)
  const carried = carriedThinking(asString(item.encrypted_content) ?? '')
  if (carried?.kind === 'unsigned') return { type: 'reasoning', text }
  if (carried) return { type: 'reasoning', text, [carried.kind]: carried.data }
  return { type: 'reasoning', text, raw: { wire: WIRE, value: item } }
}
