/** Messages of a request -> the hub's messages. */

import type { Block, Message } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { argumentsOf } from '../anthropic-messages/tool-input.ts'
import type { Problems } from '../problems.ts'
import { CallIds } from './call-ids.ts'
import { unknownFields } from './extras.ts'
import { decodeImages } from './images.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['role', 'content', 'images', 'thinking', 'tool_calls', 'tool_name', 'tool_call_id'])

/** Reads the whole conversation; what is wrong goes into `problems`. */
export function decodeMessages(value: Json | undefined, problems: Problems): Message[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    problems.report('messages', 'must be a list of messages')
    return []
  }
  const ids = new CallIds()
  const messages: Message[] = []
  value.forEach((entry, index) => {
    const path = `messages[${index}]`
    const message = isObject(entry) ? decodeMessage(entry, path, problems, ids) : undefined
    if (message) messages.push(message)
    else problems.report(path, 'must be a message with a "role" of system, user, assistant or tool')
  })
  return messages
}

function decodeMessage(message: JsonObject, path: string, problems: Problems, ids: CallIds): Message | undefined {
  const text = problems.string(message, 'content', `${path}.content`) ?? ''
  const said: Block[] = text ? [{ type: 'text', text }] : []
  said.push(...decodeImages(message.images))
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: [...said, ...kept(message)] }
    case 'assistant': {
      const thinking = problems.string(message, 'thinking', `${path}.thinking`)
      const content: Block[] = thinking ? [{ type: 'reasoning', text: thinking }] : []
      content.push(...said)
      for (const call of asArray(message.tool_calls)) {
        if (isObject(call)) content.push(decodeToolCall(call, (name) => ids.called(name, asString(call.id))))
        else problems.report(`${path}.tool_calls`, 'must be a list of calls with a "function"')
      }
      return { role: 'assistant', content: [...content, ...kept(message)] }
    }
    case 'tool': {
      const name = problems.string(message, 'tool_name', `${path}.tool_name`) || undefined
      const id = ids.answered(name, problems.string(message, 'tool_call_id', `${path}.tool_call_id`))
      const result: Block = compact({ type: 'tool-result', id, name, content: said })
      return { role: 'tool', content: [result, ...kept(message)] }
    }
    default:
      return undefined
  }
}

/** One entry of `tool_calls`; `idFor` gives the id, once the name is known. */
export function decodeToolCall(call: JsonObject, idFor: (name: string) => string): Block {
  const target = asObject(call.function) ?? {}
  const name = asString(target.name) ?? ''
  return { type: 'tool-call', id: idFor(name), name, arguments: argumentsOf(target.arguments) }
}

function kept(message: JsonObject): Block[] {
  const fields = unknownFields(message, KNOWN)
  if (Object.keys(fields).length === 0) return []
  return [{ type: 'opaque', wire: WIRE, value: { type: MESSAGE_FIELDS, fields } }]
}
