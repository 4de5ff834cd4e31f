/** The hub's blocks of one choice -> the assistant message of a reply. */

import type { Block, ReasoningBlock, TextBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import { aBlock, type Losses } from '../losses.ts'
import { encodeAnnotation } from './citations.ts'
import { addressOf } from './encode-content.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { applyToolCallFields, encodeToolCall, TOOL_CALL_FIELDS } from './tool-calls.ts'
import { WIRE } from './wire-name.ts'
import { thinkingBlocks } from './write-reasoning.ts'

interface Draft {
  text: string
  refusal?: string
  readonly reasoning: ReasoningBlock[]
  readonly calls: JsonObject[]
  readonly annotations: JsonObject[]
  readonly images: JsonObject[]
  readonly fields: JsonObject
}

/**
 * Texts are joined. Thinking is shown as `reasoning_content`, and where it is signed or encrypted also as
 * `thinking_blocks`, which a client may send back for the next turn.
 */
export function encodeMessage(content: readonly Block[], losses: Losses): JsonObject {
  const draft: Draft = { text: '', reasoning: [], calls: [], annotations: [], images: [], fields: {} }
  for (const block of content) addBlock(block, draft, losses)
  const { text, refusal, reasoning, calls, annotations, images, fields } = draft
  const thinking = reasoning.map((block) => block.text).join('')
  const signed = reasoning.some((block) => block.signature !== undefined || block.redacted !== undefined)
  return compact({
    role: 'assistant',
    content: text || (content.some(({ type }) => type === 'text') ? '' : null),
    refusal: refusal ?? null,
    reasoning_content: thinking || undefined,
    thinking_blocks: signed ? thinkingBlocks(reasoning) : undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
    annotations: annotations.length > 0 ? annotations : undefined,
    images: images.length > 0 ? images : undefined,
    ...fields,
  })
}

function addBlock(block: Block, draft: Draft, losses: Losses): void {
  switch (block.type) {
    case 'text':
      addText(block, draft, losses)
      return
    case 'reasoning':
      draft.reasoning.push(block)
      return
    case 'tool-call':
      draft.calls.push(encodeToolCall(block, block.id, false))
      return
    case 'refusal':
      draft.refusal = (draft.refusal ?? '') + block.text
      return
    case 'image': {
      const image = encodeImage(block)
      if (image) draft.images.push(image)
      else losses.dropped('content', 'An image of the answer has no address and no data to show.')
      return
    }
    case 'opaque':
      addOpaque(block.wire, block.value, draft, losses)
      return
    case 'document':
    case 'audio':
    case 'tool-result':
      losses.dropped('content', `${aBlock(block.type, 'A')} has no place in a Chat Completions answer.`)
  }
}

function addText(block: TextBlock, draft: Draft, losses: Losses): void {
  for (const citation of block.citations ?? []) {
    const annotation = encodeAnnotation(citation, draft.text.length, block.text.length, losses)
    if (annotation) draft.annotations.push(annotation)
  }
  draft.text += block.text
}

/** An image of an answer, as OpenRouter shows it; undefined when it has neither address nor data. */
export function encodeImage(block: Extract<Block, { type: 'image' }>): JsonObject | undefined {
  const url = addressOf(block.source)
  return url === undefined ? undefined : { type: 'image_url', image_url: { url } }
}

function addOpaque(wire: string, value: JsonObject, draft: Draft, losses: Losses): void {
  if (wire !== WIRE) losses.dropped('content', `A block that only ${wire} knows was left out of the answer.`)
  else if (value.type === MESSAGE_FIELDS && isObject(value.fields)) Object.assign(draft.fields, value.fields)
  else if (value.type === TOOL_CALL_FIELDS) applyToolCallFields(value, draft.calls, (id) => id)
  else if (value.type === 'custom') draft.calls.push(value)
  else losses.dropped('content', `A content part of type "${String(value.type)}" was left out of the answer.`)
}
