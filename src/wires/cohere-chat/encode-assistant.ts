/** An assistant message of the conversation so far -> this wire's. */

import type { Block, Message, ReasoningBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import { aBlock, type Losses } from '../losses.ts'
import { compactContent, fieldsOf, isFields, noteCache } from './encode-content.ts'
import { TOOL_PLAN } from './message-fields.ts'
import { encodeToolCall } from './tool-calls.ts'
import { WIRE } from './wire-name.ts'

interface Draft {
  readonly parts: JsonObject[]
  plan: string
  readonly calls: JsonObject[]
  readonly citations: JsonObject[]
}

/**
 * Thinking that came before tool calls at another provider becomes the plan beside them, which every model of this API
 * takes back; a client of this wire says itself what is plan and what is thinking.
 */
export function encodeAssistant({ content, name }: Message, path: string, native: boolean, losses: Losses): JsonObject {
  const draft: Draft = { parts: [], plan: '', calls: [], citations: [] }
  const beforeCalls = !native && content.some(({ type }) => type === 'tool-call')
  content.forEach((block, index) => {
    addBlock(block, draft, { path: `${path}.content[${index}]`, beforeCalls, losses })
  })
  const { plan, calls, citations } = draft
  const parts = calls.length > 0 ? draft.parts.filter((part) => part.type !== 'text' || part.text !== '') : draft.parts
  if (name !== undefined) losses.dropped(`${path}.name`, 'The Chat API has no names for speakers.')
  return compact({
    role: 'assistant',
    content: parts.length > 0 || calls.length === 0 ? compactContent(parts) : undefined,
    tool_plan: plan || undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
    citations: citations.length > 0 ? citations : undefined,
    ...fieldsOf(content),
  })
}

interface Place {
  readonly path: string
  readonly beforeCalls: boolean
  readonly losses: Losses
}

function addBlock(block: Block, draft: Draft, { path, beforeCalls, losses }: Place): void {
  switch (block.type) {
    case 'text':
      noteCache(block.cache, losses)
      draft.parts.push({ type: 'text', text: block.text })
      // Citations made elsewhere point to sources that this provider does not have.
      for (const { raw } of block.citations ?? []) if (raw?.wire === WIRE) draft.citations.push(raw.value)
      return
    case 'refusal':
      draft.parts.push({ type: 'text', text: block.text })
      return
    case 'reasoning':
      noteSignature(block, path, losses)
      if (isPlan(block) || beforeCalls) draft.plan += block.text
      else if (block.text) draft.parts.push({ type: 'thinking', thinking: block.text })
      return
    case 'tool-call':
      noteCache(block.cache, losses)
      draft.calls.push(encodeToolCall(block))
      return
    case 'opaque':
      if (isFields(block)) return
      if (block.wire === WIRE) draft.parts.push(block.value)
      else losses.dropped(path, `A block that only ${block.wire} knows cannot be sent to the Chat API.`)
      return
    default:
      losses.dropped(path, `An assistant message of the Chat API cannot hold ${aBlock(block.type)}.`)
  }
}

/** Thinking that stood beside the calls, not in the content. */
export function isPlan({ raw }: Pick<ReasoningBlock, 'raw'>): boolean {
  return raw?.wire === WIRE && raw.value.type === TOOL_PLAN
}

function noteSignature({ signature, redacted }: ReasoningBlock, path: string, losses: Losses): void {
  if (redacted !== undefined) losses.dropped(path, 'Encrypted thinking has no form at this provider.')
  if (signature !== undefined)
    losses.dropped(`${path}.signature`, 'This provider takes thinking back only as plain text.')
}
