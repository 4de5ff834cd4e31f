/** The hub's messages -> the one text that a model without turns goes on from. */

import type { Block, ChatCall, Message } from '../../ground/chat-call.ts'
import type { Json } from '../../ground/json.ts'
import { aBlock, type Losses } from '../losses.ts'
import { WIRE } from './wire-name.ts'

const NAMES: Readonly<Record<Message['role'], string>> = {
  system: 'System',
  developer: 'System',
  user: 'User',
  assistant: 'Assistant',
  tool: 'Tool',
}

/**
 * A single user text is the prompt, after what the system says. A longer conversation is written out with the names of
 * its speakers and ends where the assistant is to speak, which is told: a model may not take it for a conversation.
 */
export function encodePrompt(call: ChatCall, losses: Losses): Json {
  const texts = call.messages.map((message, index) => textOf(message, `messages[${index}]`, losses))
  const written = call.extras?.wire === WIRE ? call.extras.asWritten?.prompt : undefined
  // The list form that the client wrote, unless somebody changed what it says.
  if (Array.isArray(written) && written.length === texts.length && written[0] === texts[0]) return written
  const turns = call.messages.filter(({ role }) => role !== 'system' && role !== 'developer')
  if (turns.length < call.messages.length)
    losses.changed('system', 'The Completions API has no place for instructions: they were written before the prompt.')
  if (turns.length === 1 && call.messages.at(-1)?.role === 'user') return texts.filter(Boolean).join('\n\n')
  losses.changed('messages', 'The Completions API knows no turns; the conversation was written out as one text.')
  const lines = call.messages.map(({ role }, index) => `${NAMES[role]}: ${texts[index] ?? ''}`)
  if (call.messages.at(-1)?.role !== 'assistant') lines.push(`${NAMES.assistant}:`)
  return lines.join('\n\n')
}

function textOf(message: Message, path: string, losses: Losses): string {
  if (message.name !== undefined) losses.dropped(`${path}.name`, 'The Completions API has no names for participants.')
  return message.content.flatMap((block, index) => textsOf(block, `${path}.content[${index}]`, losses)).join('\n')
}

function textsOf(block: Block, path: string, losses: Losses): string[] {
  switch (block.type) {
    case 'text':
      if (block.cache) losses.dropped('cache_control', 'This provider takes no cache breakpoints.')
      return [block.text]
    case 'refusal':
      return [block.text]
    case 'tool-result':
      return block.content.flatMap((inner, index) => textsOf(inner, `${path}.content[${index}]`, losses))
    case 'document':
      if (block.source.kind === 'text') return [block.source.text]
      break
    case 'image':
    case 'audio':
    case 'reasoning':
    case 'tool-call':
    case 'opaque':
      break
  }
  losses.dropped(path, `The Completions API takes text only: ${aBlock(block.type)} was left out.`)
  return []
}
