/** An assistant message of the conversation so far -> this wire's, with its thinking as the provider wants it back. */

import type { Block, Message, ReasoningBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import { aBlock } from '../losses.ts'
import { cached, compactContent, encodePart } from './encode-content.ts'
import type { EncodeContext } from './encode-context.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { applyToolCallFields, encodeToolCall, TOOL_CALL_FIELDS } from './tool-calls.ts'
import { WIRE } from './wire-name.ts'
import { details, thinkingBlocks, thinkingParts } from './write-reasoning.ts'

interface Draft {
  readonly parts: JsonObject[]
  readonly reasoning: ReasoningBlock[]
  readonly calls: JsonObject[]
  readonly annotations: JsonObject[]
  readonly fields: JsonObject
  refusal?: string
}

export function encodeAssistant(message: Message, path: string, context: EncodeContext): JsonObject {
  const draft: Draft = { parts: [], reasoning: [], calls: [], annotations: [], fields: {} }
  message.content.forEach((block, index) => {
    addBlock(block, draft, `${path}.content[${index}]`, context)
  })
  const { refusal, calls, annotations } = draft
  const { inContent, ...thinking } = encodeReasoning(draft.reasoning, path, context)
  const parts = [...inContent, ...draft.parts]
  // Beside tool calls or a refusal, no text is null; alone it is the empty string, which every vendor takes.
  const nothing = calls.length > 0 || refusal !== undefined ? null : ''
  return compact({
    role: 'assistant',
    content: parts.length > 0 ? compactContent(parts, '', context) : nothing,
    ...thinking,
    refusal,
    tool_calls: calls.length > 0 ? calls : undefined,
    annotations: annotations.length > 0 ? annotations : undefined,
    name: message.name,
    ...draft.fields,
  })
}

function addBlock(block: Block, draft: Draft, path: string, context: EncodeContext): void {
  const { losses, toolIds, native } = context
  switch (block.type) {
    case 'text':
      draft.parts.push(...encodePart(block, path, context))
      // Only a client of this wire sends annotations back; for others the text stands without its sources.
      for (const { raw } of block.citations ?? []) if (native && raw?.wire === WIRE) draft.annotations.push(raw.value)
      return
    case 'reasoning':
      draft.reasoning.push(block)
      return
    case 'refusal':
      draft.refusal = (draft.refusal ?? '') + block.text
      return
    case 'tool-call':
      draft.calls.push({ ...encodeToolCall(block, toolIds.of(block.id), false), ...cached(block.cache, context) })
      return
    case 'opaque':
      if (block.wire === WIRE) addOpaque(block.value, draft, context)
      else losses.dropped(path, `A block that only ${block.wire} knows cannot be sent to a Chat Completions API.`)
      return
    case 'image':
    case 'document':
    case 'audio':
    case 'tool-result':
      losses.dropped(path, `An assistant message cannot hold ${aBlock(block.type)} in the Chat Completions API.`)
  }
}

function addOpaque(value: JsonObject, draft: Draft, { toolIds }: EncodeContext): void {
  if (value.type === MESSAGE_FIELDS && isObject(value.fields)) Object.assign(draft.fields, value.fields)
  else if (value.type === TOOL_CALL_FIELDS) applyToolCallFields(value, draft.calls, (id) => toolIds.of(id))
  else if (value.type === 'custom') draft.calls.push(value)
  else draft.parts.push(value)
}

type EncodedReasoning = JsonObject & { readonly inContent: JsonObject[] }

/** Under the provider's name for it. Signatures and encrypted thinking survive where the form has room for them. */
function encodeReasoning(blocks: ReasoningBlock[], path: string, context: EncodeContext): EncodedReasoning {
  const { quirks, losses, native } = context
  if (blocks.length === 0) return { inContent: [] }
  const text = blocks.map((block) => block.text).join('')
  const signed = blocks.some((block) => block.signature !== undefined || block.redacted !== undefined)
  const own = blocks.some((block) => block.raw?.wire === WIRE)
  switch (quirks.reasoningField) {
    case 'none':
      losses.dropped(`${path}.reasoning_content`, 'This provider does not take earlier thinking back.')
      return { inContent: [] }
    case 'thinking-blocks':
      if (blocks.some((block) => block.redacted !== undefined))
        losses.dropped(`${path}.reasoning_content`, 'Encrypted thinking has no form at this provider.')
      return { inContent: thinkingParts(blocks) }
    case 'reasoning':
      return compact({
        inContent: [],
        reasoning: text || undefined,
        reasoning_details: signed || own ? details(blocks) : undefined,
      })
    case 'reasoning_content':
      if (signed && !native)
        losses.dropped(`${path}.reasoning_content.signature`, 'This provider takes thinking back only as plain text.')
      return compact({
        inContent: [],
        reasoning_content: text || undefined,
        thinking_blocks: signed && native ? thinkingBlocks(blocks) : undefined,
      })
  }
}
