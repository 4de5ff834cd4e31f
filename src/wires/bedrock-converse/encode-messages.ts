/** The hub's messages -> system prompt and alternating turns. */

import type { Message } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import { encodeBlocks } from './encode-block.ts'
import type { EncodeContext } from './encode-context.ts'

interface Turn {
  readonly role: 'user' | 'assistant'
  blocks: JsonObject[]
}

/**
 * System and developer messages become the system prompt, wherever they stand. User and tool messages in a row become
 * one user turn, tool results first.
 */
export function encodeMessages(
  messages: readonly Message[],
  context: EncodeContext,
): { system?: JsonObject[]; messages: JsonObject[] } {
  const system: JsonObject[] = []
  const turns: Turn[] = []
  messages.forEach((message, index) => {
    const path = `messages[${index}]`
    noteLosses(message, path, turns, context)
    const place = placeOf(message)
    const blocks = encodeBlocks(message.content, place, `${path}.content`, context)
    if (place === 'system') system.push(...blocks)
    else addToTurns(turns, place, blocks)
  })
  if (!context.native) makeSendable(turns, system, context)
  return {
    ...(system.length > 0 && { system }),
    messages: turns.map((turn) => ({ role: turn.role, content: context.native ? turn.blocks : resultsFirst(turn) })),
  }
}

function placeOf({ role }: Message): Turn['role'] | 'system' {
  if (role === 'system' || role === 'developer') return 'system'
  return role === 'assistant' ? 'assistant' : 'user'
}

function noteLosses({ role, name }: Message, path: string, turns: readonly Turn[], { losses }: EncodeContext): void {
  if (role === 'developer') losses.changed(`${path}.role`, 'Developer instructions were sent as system instructions.')
  if ((role === 'system' || role === 'developer') && turns.length > 0)
    losses.changed(path, 'A system message amid the conversation was moved to the system prompt at its start.')
  if (name !== undefined && role !== 'tool')
    losses.dropped(`${path}.name`, 'The Converse API has no names for speakers.')
}

function addToTurns(turns: Turn[], role: Turn['role'], blocks: JsonObject[]): void {
  const last = turns.at(-1)
  if (last?.role === role) last.blocks.push(...blocks)
  else if (blocks.length > 0) turns.push({ role, blocks })
}

/** A cache point stays behind the block that it stands for. */
function resultsFirst({ role, blocks }: Turn): JsonObject[] {
  if (role !== 'user' || !blocks.some((block) => block.toolResult)) return blocks
  const results: JsonObject[] = []
  const others: JsonObject[] = []
  let last = others
  for (const block of blocks) {
    if (!block.cachePoint) last = block.toolResult ? results : others
    last.push(block)
  }
  return [...results, ...others]
}

/** What other wires allow and this one refuses: no user turn at the start, blank ends, documents without a question. */
function makeSendable(turns: Turn[], system: JsonObject[], { losses }: EncodeContext): void {
  if (turns.length === 0) {
    // A prompt of system messages alone: it has to be asked by somebody.
    losses.changed('messages', 'There is no user message, so the system instructions were sent as one.')
    turns.push({ role: 'user', blocks: system.length > 0 ? system.splice(0) : [{ text: CONTINUED }] })
  }
  if (turns[0]?.role === 'assistant') {
    losses.changed('messages', `The conversation began with the assistant; the user turn "${CONTINUED}" was put first.`)
    turns.unshift({ role: 'user', blocks: [{ text: CONTINUED }] })
  }
  for (const { role, blocks } of turns) {
    const needsText = role === 'user' && blocks.some((block) => block.document) && !blocks.some((block) => block.text)
    if (!needsText) continue
    losses.changed('messages', `A document needs a text beside it here, so "${DOCUMENT}" was added.`)
    blocks.push({ text: DOCUMENT })
  }
  trimPrefill(turns.at(-1), losses)
}

function trimPrefill(last: Turn | undefined, losses: EncodeContext['losses']): void {
  const prefill = last?.role === 'assistant' ? last.blocks.at(-1) : undefined
  if (typeof prefill?.text !== 'string') return
  const trimmed = prefill.text.trimEnd()
  if (trimmed === prefill.text) return
  losses.changed('messages', 'White space at the end of the last assistant message was removed.')
  prefill.text = trimmed
}

const CONTINUED = '(conversation continues)'
const DOCUMENT = '(see the document)'
