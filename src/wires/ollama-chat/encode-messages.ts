/** The hub's messages -> messages of a request. */

import type { Message, ToolResultBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { isGiven } from './call-ids.ts'
import { type Draft, draftOf } from './encode-content.ts'

const SEPARATOR = { system: '\n\n', user: '\n', assistant: '', tool: '\n\n' } as const

/** Every tool result becomes a message of its own, before what else its turn says. */
export function encodeMessages(messages: readonly Message[], native: boolean, losses: Losses): JsonObject[] {
  const encoded: JsonObject[] = []
  const names = new Map<string, string>()
  messages.forEach((message, index) => {
    const path = `messages[${index}]`
    if (message.name !== undefined) losses.dropped(`${path}.name`, 'This API has no names for speakers.')
    for (const block of message.content) {
      // A client of this wire names the tool of a result if it wants to.
      if (block.type === 'tool-call' && !native) names.set(block.id, block.name)
      if (block.type === 'tool-result') encoded.push(encodeResult(block, message, path, names, losses))
    }
    const hasResults = message.content.some(({ type }) => type === 'tool-result')
    const rest = message.content.filter(
      ({ type }) => type !== 'tool-result' && !(message.role === 'tool' && type === 'opaque'),
    )
    if (hasResults && rest.length === 0) return
    encoded.push(encodePlain({ ...message, content: rest }, path, losses))
  })
  return encoded
}

function encodePlain(message: Message, path: string, losses: Losses): JsonObject {
  const role = roleOf(message, losses)
  const draft = draftOf(message.content, path, losses)
  return compact({
    role,
    content: draft.texts.join(SEPARATOR[role]),
    thinking: draft.thinking || undefined,
    images: draft.images.length > 0 ? draft.images : undefined,
    tool_calls: draft.calls.length > 0 ? draft.calls : undefined,
    ...draft.fields,
  })
}

function roleOf({ role }: Message, losses: Losses): 'system' | 'user' | 'assistant' {
  if (role === 'system' || role === 'user' || role === 'assistant') return role
  if (role === 'tool') return 'user'
  losses.changed('messages.role', 'This provider knows no developer role; those messages were sent as system messages.')
  return 'system'
}

function encodeResult(
  block: ToolResultBlock,
  message: Message,
  path: string,
  names: ReadonlyMap<string, string>,
  losses: Losses,
): JsonObject {
  if (block.isError)
    losses.dropped(`${path}.is_error`, 'This API cannot mark a tool result as an error; its text says it.')
  if (block.cache) losses.dropped('cache_control', 'This provider takes no cache breakpoints.')
  const draft: Draft = draftOf(block.content, path, losses)
  const own =
    message.role === 'tool'
      ? draftOf(
          message.content.filter(({ type }) => type === 'opaque'),
          path,
          losses,
        )
      : undefined
  return compact({
    role: 'tool',
    content: draft.texts.join(SEPARATOR.tool),
    images: draft.images.length > 0 ? draft.images : undefined,
    tool_name: block.name ?? names.get(block.id),
    tool_call_id: isGiven(block.id) ? undefined : block.id,
    ...own?.fields,
  })
}
