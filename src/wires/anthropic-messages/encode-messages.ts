/** The hub's messages -> top-level system prompt and alternating turns. */

import type { Message } from '../../ground/chat-call.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { compactContent, encodeBlocks } from './encode-block.ts'
import type { EncodeContext } from './encode-context.ts'

interface Turn {
  readonly role: 'user' | 'assistant' | 'system'
  blocks: JsonObject[]
}

/**
 * Leading system and developer messages become the top-level system prompt. Later ones stay where they are if the
 * client wrote them on this wire (newer models take them); others are moved up to the system prompt, where every model
 * takes them and they keep their authority. User and tool messages in a row become one user turn, tool results first.
 */
export function encodeMessages(
  messages: readonly Message[],
  context: EncodeContext,
): { system?: Json; messages: JsonObject[] } {
  const system: JsonObject[] = []
  const turns: Turn[] = []
  messages.forEach((message, index) => {
    const path = `messages[${index}]`
    noteLosses(message, path, turns, context)
    const place = placeOf(message, turns.length > 0 && context.native)
    const blocks = encodeBlocks(message.content, place === 'top' ? 'system' : place, `${path}.content`, context)
    if (place === 'top') system.push(...blocks)
    else addToTurns(turns, place, blocks)
  })
  if (!context.native) makeSendable(turns, system, context)
  return {
    ...(system.length > 0 && { system: compactContent(system) }),
    messages: turns.map((turn) => ({ role: turn.role, content: compactContent(resultsFirst(turn)) })),
  }
}

function placeOf({ role }: Message, keepSystem: boolean): Turn['role'] | 'top' {
  if (role === 'system' || role === 'developer') return keepSystem ? 'system' : 'top'
  return role === 'assistant' ? 'assistant' : 'user'
}

function noteLosses({ role, name }: Message, path: string, turns: readonly Turn[], { losses, native }: EncodeContext) {
  if (role === 'developer') losses.changed(`${path}.role`, 'Developer instructions were sent as system instructions.')
  if ((role === 'system' || role === 'developer') && turns.length > 0 && !native)
    losses.changed(path, 'A system message amid the conversation was moved to the system prompt at its start.')
  if (name !== undefined && role !== 'tool')
    losses.dropped(`${path}.name`, 'The Messages API has no names for speakers.')
}

function addToTurns(turns: Turn[], role: Turn['role'], blocks: JsonObject[]): void {
  const last = turns.at(-1)
  if (last?.role === role) last.blocks.push(...blocks)
  else if (blocks.length > 0) turns.push({ role, blocks })
}

function resultsFirst({ role, blocks }: Turn): JsonObject[] {
  if (role !== 'user') return blocks
  const results = blocks.filter((block) => block.type === 'tool_result')
  if (results.length === 0) return blocks
  return [...results, ...blocks.filter((block) => block.type !== 'tool_result')]
}

/** What other wires allow and this one refuses: no user turn at the start, and blank space at the end of a prefill. */
function makeSendable(turns: Turn[], system: JsonObject[], { losses }: EncodeContext): void {
  if (turns.length === 0) {
    // A prompt of system messages alone: it has to be asked by somebody.
    losses.changed('messages', 'There is no user message, so the last system instruction was sent as one.')
    turns.push({ role: 'user', blocks: [system.pop() ?? { type: 'text', text: CONTINUED }] })
  }
  if (turns[0]?.role === 'assistant') {
    losses.changed('messages', `The conversation began with the assistant; the user turn "${CONTINUED}" was put first.`)
    turns.unshift({ role: 'user', blocks: [{ type: 'text', text: CONTINUED }] })
  }
  const last = turns.at(-1)
  const prefill = last?.role === 'assistant' ? last.blocks.at(-1) : undefined
  if (prefill?.type !== 'text' || typeof prefill.text !== 'string') return
  const trimmed = prefill.text.trimEnd()
  if (trimmed === prefill.text) return
  losses.changed('messages', 'White space at the end of the last assistant message was removed.')
  prefill.text = trimmed
}

const CONTINUED = '(conversation continues)'
