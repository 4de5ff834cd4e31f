/** The hub's blocks -> content blocks of a request. */

import type { Block, ReasoningBlock, TextBlock, ToolResultBlock } from '../../ground/chat-call.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import { isForeign } from '../anthropic-messages/encode-block.ts'
import { inputOf } from '../anthropic-messages/tool-input.ts'
import { encodeCachePoint } from './cache-point.ts'
import { encodeCitedText } from './citations.ts'
import type { EncodeContext } from './encode-context.ts'
import { encodeDocument, encodeImage } from './encode-media.ts'
import { shortId } from './short-id.ts'
import { WIRE } from './wire-name.ts'

/** Where a block stands; each place takes other kinds. */
export type Place = 'system' | 'user' | 'assistant' | 'tool-result'

/** The blocks that can stand in `place`, each cached one with its cache point after it; the others are told as lost. */
export function encodeBlocks(
  blocks: readonly Block[],
  place: Place,
  path: string,
  context: EncodeContext,
): JsonObject[] {
  return blocks.flatMap((block, index) => {
    const encoded = encodeBlock(block, place, `${path}[${index}]`, context)
    return encoded ? [encoded, ...encodeCachePoint('cache' in block ? block.cache : undefined)] : []
  })
}

function encodeBlock(block: Block, place: Place, path: string, context: EncodeContext): JsonObject | undefined {
  const { losses } = context
  switch (block.type) {
    case 'text':
      return encodeText(block, path, context)
    case 'image':
    case 'document':
      // Assistants of this API write images too, so a native call may hold one there.
      if (place === 'system' || (place === 'assistant' && !context.native)) return misplaced(path, block, context)
      return block.type === 'image' ? encodeImage(block, path, context) : encodeDocument(block, path, context)
    case 'audio':
      if (place !== 'user') return misplaced(path, block, context)
      return { audio: { format: block.format, source: { bytes: block.data } } }
    case 'reasoning':
      return place === 'assistant' ? encodeReasoning(block, path, context) : misplaced(path, block, context)
    case 'refusal':
      losses.changed(path, 'An earlier refusal was sent back as plain text.')
      return block.text.trim() ? { text: block.text } : undefined
    case 'tool-call':
      if (place !== 'assistant') return misplaced(path, block, context)
      return {
        toolUse: {
          toolUseId: context.toolIds.forCall(shortId(block.id)),
          name: block.name,
          input: inputOf(block.arguments, losses, `${path}.arguments`),
        },
      }
    case 'tool-result':
      return place === 'user' ? encodeToolResult(block, path, context) : misplaced(path, block, context)
    case 'opaque':
      if (block.wire === WIRE) return block.value
      losses.dropped(path, `A block that only ${block.wire} knows cannot be sent to the Converse API.`)
      return undefined
    default:
      return assertNever(block)
  }
}

function misplaced(path: string, { type }: Block, { losses }: EncodeContext): undefined {
  losses.dropped(path, `A block of type ${type} cannot stand there in the Converse API.`)
}

/** Blank texts are refused by the provider. OpenAI clients send empty ones beside tool calls: nothing is lost then. */
function encodeText(block: TextBlock, path: string, { losses, native }: EncodeContext): JsonObject | undefined {
  const own = (block.citations ?? []).flatMap(({ raw }) => (raw?.wire === WIRE ? [raw.value] : []))
  if (own.length < (block.citations?.length ?? 0))
    losses.dropped(`${path}.citations`, 'Citations made by another provider cannot be sent back to this one.')
  if (native || own.length > 0) return encodeCitedText(block.text, own)
  if (block.text.trim()) return { text: block.text }
  if (block.text) losses.dropped(path, 'The Converse API refuses text that is only white space.')
  return undefined
}

/** Thinking of another API is taken back only with the signature of the provider that made it. */
function encodeReasoning(block: ReasoningBlock, path: string, context: EncodeContext): JsonObject | undefined {
  if (isForeign(block)) {
    context.losses.dropped(path, 'Earlier reasoning of another provider cannot be sent back in the Converse API.')
    return undefined
  }
  if (block.redacted !== undefined) return { reasoningContent: { redactedContent: block.redacted } }
  const { text, signature } = block
  if (signature || context.native)
    return { reasoningContent: { reasoningText: { text, ...(signature && { signature }) } } }
  context.losses.dropped(path, 'Earlier reasoning without a signature cannot be sent back in the Converse API.')
  return undefined
}

function encodeToolResult(block: ToolResultBlock, path: string, context: EncodeContext): JsonObject {
  const written = context.asWritten[`toolResult[${block.id}]`]
  const content = Array.isArray(written)
    ? written.filter(isObject)
    : encodeBlocks(block.content, 'tool-result', `${path}.content`, context)
  return {
    toolResult: {
      toolUseId: context.toolIds.forResult(shortId(block.id)),
      content,
      ...(block.isError !== undefined && { status: block.isError ? 'error' : 'success' }),
    },
  }
}
