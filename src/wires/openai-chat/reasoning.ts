/** Thinking beside the content of an assistant message, under the five names that vendors gave it -> reasoning blocks. */

import type { ReasoningBlock } from '../../ground/chat-call.ts'
import { asArray, asString, isObject, type JsonObject } from '../../ground/json.ts'
import { decodeThinkingPart } from './decode-content.ts'
import { WIRE } from './wire-name.ts'

/** Fields of a message or delta that hold thinking. */
export const REASONING_FIELDS = ['reasoning_content', 'reasoning', 'reasoning_details', 'thinking_blocks'] as const

/**
 * `thinking_blocks` (LiteLLM, and our own replies) and `reasoning_details` (OpenRouter) hold signatures, so they are
 * preferred; the plain text beside them repeats the same words and is read only where they have none.
 */
export function decodeReasoningFields(message: JsonObject): ReasoningBlock[] {
  const text = asString(message.reasoning_content) || asString(message.reasoning) || ''
  const detailed = asArray(message.thinking_blocks).flatMap((value) => decodeThinkingBlock(value))
  const blocks = detailed.length > 0 ? detailed : decodeDetails(message)
  if (!text || blocks.some((block) => block.text)) return blocks
  const [first, ...rest] = blocks
  // A signature without its text: Gemini through a compatible endpoint sends the two apart.
  if (first?.signature !== undefined) return [{ ...first, text }, ...rest]
  return [{ type: 'reasoning', text }, ...blocks]
}

function decodeThinkingBlock(value: unknown): ReasoningBlock[] {
  if (!isObject(value)) return []
  if (value.type === 'redacted_thinking') return [{ type: 'reasoning', text: '', redacted: asString(value.data) ?? '' }]
  return [decodeThinkingPart(value)]
}

function decodeDetails(message: JsonObject): ReasoningBlock[] {
  const blocks: ReasoningBlock[] = []
  for (const detail of asArray(message.reasoning_details)) {
    if (!isObject(detail)) continue
    const { text, signature, redacted } = readDetail(detail)
    // The vendor wants its own format names and ids back, which the hub has no word for.
    const raw = { wire: WIRE, value: detail }
    if (redacted !== undefined) blocks.push({ type: 'reasoning', text: '', redacted, raw })
    else if (text || signature) blocks.push({ type: 'reasoning', text, ...(signature && { signature }), raw })
  }
  return blocks
}

/** One entry of `reasoning_details`, whole or streamed. */
export function readDetail(detail: JsonObject): { text: string; signature?: string; redacted?: string } {
  if (detail.type === 'reasoning.encrypted') return { text: '', redacted: asString(detail.data) ?? '' }
  const text = asString(detail.text) ?? asString(detail.summary) ?? ''
  const signature = asString(detail.signature)
  return signature ? { text, signature } : { text }
}
