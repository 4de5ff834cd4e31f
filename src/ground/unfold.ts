/** Turns a whole reply into the parts that a stream of it would have had; the inverse of `gatherParts`. */

import type { Block } from './chat-call.ts'
import type { ChatReply, Choice, Part } from './chat-reply.ts'
import type { JsonObject } from './json.ts'
import { assertNever } from './result.ts'

/**
 * Wire name of `opaque-block` parts whose value is a hub `Block` without a streamed form of its own (image, document,
 * audio, tool result). A wire's stream encoder may show such a block if it can, and warns otherwise.
 */
export const WHOLE_BLOCK = 'hub'

/**
 * The reply as parts: one delta per block, adjacent blocks of one kind kept apart by `block-break`, usage before the
 * end. Text and reasoning blocks that hold nothing leave no part.
 */
export function unfoldReply(reply: ChatReply): Part[] {
  const { choices, usage, ...head } = reply
  const parts: Part[] = [{ type: 'reply-start', ...head }]
  choices.forEach((choice, index) => {
    unfoldChoice(choice, index, parts)
  })
  if (usage) parts.push({ type: 'usage', usage })
  parts.push({ type: 'reply-end' })
  return parts
}

function unfoldChoice(source: Choice, choice: number, parts: Part[]): void {
  const { content, logprobs, ...finish } = source
  // Which token belongs to which block is not known here, so they all go out first, with an empty delta.
  if (logprobs?.content) parts.push({ type: 'text-delta', choice, text: '', logprobs: logprobs.content })
  if (logprobs?.refusal) parts.push({ type: 'refusal-delta', choice, text: '', logprobs: logprobs.refusal })
  let calls = 0
  let previous: Block | undefined
  for (const block of content) {
    if (previous?.type === block.type && staysOpen(previous)) parts.push({ type: 'block-break', choice })
    unfoldBlock(block, choice, block.type === 'tool-call' ? calls++ : 0, parts)
    previous = block
  }
  parts.push({ type: 'choice-finish', choice, ...finish })
}

function staysOpen(block: Block): boolean {
  if (block.type === 'reasoning') return block.signature === undefined && block.redacted === undefined
  return block.type === 'text' || block.type === 'refusal'
}

function unfoldBlock(block: Block, choice: number, index: number, parts: Part[]): void {
  switch (block.type) {
    case 'text':
      if (block.text) parts.push({ type: 'text-delta', choice, text: block.text })
      for (const citation of block.citations ?? []) parts.push({ type: 'text-citation', choice, citation })
      return
    case 'reasoning':
      if (block.text) {
        const { text, raw } = block
        parts.push({ type: 'reasoning-delta', choice, text, ...(raw && { raw }) })
      }
      if (block.signature !== undefined) parts.push({ type: 'reasoning-signature', choice, signature: block.signature })
      if (block.redacted !== undefined) parts.push({ type: 'reasoning-redacted', choice, data: block.redacted })
      return
    case 'tool-call':
      parts.push({ type: 'tool-call-start', choice, index, id: block.id, name: block.name })
      parts.push({ type: 'tool-call-delta', choice, index, arguments: block.arguments })
      parts.push({ type: 'tool-call-end', choice, index })
      return
    case 'refusal':
      parts.push({ type: 'refusal-delta', choice, text: block.text })
      return
    case 'opaque':
      parts.push({ type: 'opaque-block', choice, wire: block.wire, value: block.value })
      return
    case 'image':
    case 'document':
    case 'audio':
    case 'tool-result':
      // A hub block is plain data: strings, numbers, arrays and objects, nothing else.
      parts.push({ type: 'opaque-block', choice, wire: WHOLE_BLOCK, value: block as unknown as JsonObject })
      return
    default:
      assertNever(block)
  }
}
