/** Reasoning blocks -> the forms that keep signatures and encrypted thinking. */

import type { ReasoningBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import { WIRE } from './wire-name.ts'

/** LiteLLM's extension, which we show our clients: they send it back and Anthropic's signatures survive. */
export function thinkingBlocks(blocks: readonly ReasoningBlock[]): JsonObject[] {
  return blocks.map((block) =>
    block.redacted === undefined
      ? compact({ type: 'thinking', thinking: block.text, signature: block.signature })
      : { type: 'redacted_thinking', data: block.redacted },
  )
}

/** OpenRouter's `reasoning_details`: its own entries as they came, others built. */
export function details(blocks: readonly ReasoningBlock[]): JsonObject[] {
  return blocks.map((block, index) => {
    if (block.raw?.wire === WIRE) return block.raw.value
    if (block.redacted !== undefined) return { type: 'reasoning.encrypted', data: block.redacted, index }
    return compact({ type: 'reasoning.text', text: block.text, signature: block.signature, index })
  })
}

/** Mistral's thinking parts, which stand in the content. Encrypted thinking has no place there. */
export function thinkingParts(blocks: readonly ReasoningBlock[]): JsonObject[] {
  return blocks
    .filter((block) => block.redacted === undefined)
    .map((block) =>
      compact({ type: 'thinking', thinking: [{ type: 'text', text: block.text }], signature: block.signature }),
    )
}
