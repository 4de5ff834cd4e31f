/** Messages of a request -> the hub's messages. */

import type { Block, Message, TextBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { decodeCache } from './cache-control.ts'
import { decodeAnnotations } from './citations.ts'
import { decodeContent } from './decode-content.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { decodeReasoningFields, REASONING_FIELDS } from './reasoning.ts'
import { decodeToolCall } from './tool-calls.ts'
import { WIRE } from './wire-name.ts'

/** Reads the whole conversation; what is wrong goes into `problems`. */
export function decodeMessages(value: Json | undefined, problems: Problems): Message[] {
  if (!Array.isArray(value)) {
    problems.report('messages', 'is required and must be a list of messages')
    return []
  }
  if (value.length === 0) problems.report('messages', 'must hold at least one message')
  const legacy = new LegacyCalls()
  const messages: Message[] = []
  value.forEach((entry, index) => {
    const path = `messages[${index}]`
    const message = isObject(entry) ? decodeMessage(entry, path, problems, legacy) : undefined
    if (message) messages.push(message)
    else problems.report(path, 'must be a message with a "role" of system, developer, user, assistant or tool')
  })
  return messages
}

function decodeMessage(
  message: JsonObject,
  path: string,
  problems: Problems,
  legacy: LegacyCalls,
): Message | undefined {
  switch (message.role) {
    case 'system':
    case 'developer':
    case 'user': {
      const content = decodeContent(message.content, `${path}.content`, problems)
      markCached(content, message)
      addMessageFields(content, message, PLAIN_FIELDS)
      return compact({ role: message.role, content, name: asString(message.name) })
    }
    case 'assistant':
      return decodeAssistant(message, path, problems, legacy)
    case 'tool':
    case 'function':
      return decodeToolResult(message, path, problems, legacy)
    default:
      return undefined
  }
}

const PLAIN_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'name', 'cache_control'])

const ASSISTANT_FIELDS: ReadonlySet<string> = new Set([
  ...PLAIN_FIELDS,
  ...REASONING_FIELDS,
  'refusal',
  'tool_calls',
  'function_call',
  'annotations',
  'padding',
])

function decodeAssistant(message: JsonObject, path: string, problems: Problems, legacy: LegacyCalls): Message {
  const content: Block[] = decodeReasoningFields(message)
  content.push(...decodeContent(message.content, `${path}.content`, problems))
  const citations = decodeAnnotations(message.annotations)
  const cited =
    citations.length > 0 ? content.findLast((block): block is TextBlock => block.type === 'text') : undefined
  if (cited) cited.citations = citations
  if (typeof message.refusal === 'string') content.push({ type: 'refusal', text: message.refusal })
  if (Array.isArray(message.tool_calls)) {
    message.tool_calls.forEach((call, index) => {
      if (!isObject(call))
        problems.report(`${path}.tool_calls[${index}]`, 'must be a tool call with "id" and "function"')
      else content.push(...decodeToolCall(call, `call_${index}`))
    })
  }
  const called = asObject(message.function_call)
  if (called) content.push(...decodeToolCall({ function: called }, legacy.called(asString(called.name) ?? '')))
  markCached(content, message)
  addMessageFields(content, message, ASSISTANT_FIELDS)
  return compact({ role: 'assistant', content, name: asString(message.name) })
}

function decodeToolResult(message: JsonObject, path: string, problems: Problems, legacy: LegacyCalls): Message {
  const name = asString(message.name)
  const id = message.role === 'function' ? legacy.answered(name ?? '') : asString(message.tool_call_id)
  if (id === undefined) problems.report(`${path}.tool_call_id`, 'is required: the id of the tool call it answers')
  const result: Block = compact({
    type: 'tool-result',
    id: id ?? '',
    name,
    content: decodeContent(message.content, `${path}.content`, problems),
    // Not part of the API; it lets a gateway in front of us say what Anthropic's clients can.
    isError: typeof message.is_error === 'boolean' ? message.is_error : undefined,
    cache: decodeCache(message.cache_control),
  })
  return { role: 'tool', content: [result] }
}

/** OpenRouter takes `cache_control` on the message too; it means the end of its content. */
function markCached(content: Block[], message: JsonObject): void {
  const cache = decodeCache(message.cache_control)
  const last = cache && content.findLast((block) => block.type === 'text' || block.type === 'tool-call')
  if (last) last.cache = cache
}

/** What a message holds beyond the hub's words (`prefix`, `audio`…), for the way back to this wire. */
function addMessageFields(content: Block[], message: JsonObject, known: ReadonlySet<string>): void {
  const fields: JsonObject = {}
  for (const [name, value] of Object.entries(message)) {
    if (!known.has(name) && value !== null && value !== undefined) fields[name] = value
  }
  if (Object.keys(fields).length > 0)
    content.push({ type: 'opaque', wire: WIRE, value: { type: MESSAGE_FIELDS, fields } })
}

/** Gives the calls of the old `function_call` style, which have no ids, ids by their order. */
class LegacyCalls {
  #count = 0
  #open: { name: string; id: string }[] = []

  called(name: string): string {
    const id = `call_function_${this.#count++}`
    this.#open.push({ name, id })
    return id
  }

  answered(name: string): string {
    const at = this.#open.findIndex((call) => call.name === name)
    const [call] = at < 0 ? [] : this.#open.splice(at, 1)
    return call?.id ?? this.called(name)
  }
}
