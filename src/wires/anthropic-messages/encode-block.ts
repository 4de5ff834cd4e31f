/** The hub's blocks -> content blocks of a request. */

import type { Block, DocumentBlock, ImageBlock, ReasoningBlock, TextBlock } from '../../ground/chat-call.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import { aBlock } from '../losses.ts'
import { fieldsOf } from '../openai-responses/carried.ts'
import { encodeCache } from './cache-control.ts'
import { encodeHistoryCitations } from './citations.ts'
import type { EncodeContext } from './encode-context.ts'
import { encodeDocumentSource, encodeImageSource } from './encode-source.ts'
import { inputOf } from './tool-input.ts'
import { WIRE } from './wire-name.ts'

/** Where a block stands; each place takes other kinds. */
export type Place = 'system' | 'user' | 'assistant' | 'tool-result'

/** The blocks that can stand in `place`; the others are told as lost. `path` names them in the client's request. */
export function encodeBlocks(
  blocks: readonly Block[],
  place: Place,
  path: string,
  context: EncodeContext,
): JsonObject[] {
  const standing = context.native ? blocks : joinBlanks(blocks)
  const encoded = standing.map((block, index) => block && encodeBlock(block, place, `${path}[${index}]`, context))
  return encoded.filter((block) => block !== undefined)
}

/** The provider refuses texts of white space alone, so one goes to the end of the text before it; each block keeps its place. */
function joinBlanks(blocks: readonly Block[]): (Block | undefined)[] {
  const standing: (Block | undefined)[] = [...blocks]
  for (const [index, block] of blocks.entries()) {
    const before = standing[index - 1]
    if (block.type !== 'text' || block.text.trim() || before?.type !== 'text' || !before.text.trim()) continue
    const cache = block.cache ?? before.cache
    standing[index - 1] = undefined
    standing[index] = { ...before, text: before.text + block.text, ...(cache && { cache }) }
  }
  return standing
}

/** One plain text as a string, else the list of blocks. */
export function compactContent(blocks: readonly JsonObject[]): Json {
  const [first] = blocks
  const plain = blocks.length === 1 && first?.type === 'text' && Object.keys(first).length === 2
  return plain ? (first.text ?? '') : [...blocks]
}

function encodeBlock(block: Block, place: Place, path: string, context: EncodeContext): JsonObject | undefined {
  const { losses } = context
  switch (block.type) {
    case 'text':
      return encodeText(block, path, context)
    case 'image':
    case 'document':
      if (place === 'user' || place === 'tool-result') return encodeMedia(block, path, context)
      losses.dropped(path, `A ${place} message cannot hold an ${block.type} in the Messages API.`)
      return undefined
    case 'audio':
      losses.dropped(path, 'The Messages API takes no audio.')
      return undefined
    case 'reasoning':
      return place === 'assistant' ? encodeReasoning(block, path, context) : misplaced(path, block.type, context)
    case 'refusal':
      losses.changed(path, 'An earlier refusal was sent back as plain text.')
      return block.text.trim() ? { type: 'text', text: block.text } : undefined
    case 'tool-call':
      if (place !== 'assistant') return misplaced(path, block.type, context)
      return {
        type: 'tool_use',
        id: context.toolIds.forCall(block.id),
        name: block.name,
        input: inputOf(block.arguments, losses, `${path}.arguments`),
        ...encodeCache(block.cache),
      }
    case 'tool-result':
      if (place !== 'user') return misplaced(path, block.type, context)
      return encodeToolResult(block, path, context)
    case 'opaque':
      if (block.wire === WIRE) return block.value
      losses.dropped(path, `A block that only ${block.wire} knows cannot be sent to the Messages API.`)
      return undefined
    default:
      return assertNever(block)
  }
}

function misplaced(path: string, type: string, { losses }: EncodeContext): undefined {
  losses.dropped(path, `${aBlock(type, 'A')} cannot stand there in the Messages API.`)
}

/** Empty and blank texts are refused by the provider. OpenAI clients send them beside tool calls: nothing is lost then. */
function encodeText(block: TextBlock, path: string, context: EncodeContext): JsonObject | undefined {
  if (!block.text.trim() && !context.native) {
    if (block.text) context.losses.dropped(path, 'The Messages API refuses text that is only white space.')
    return undefined
  }
  return {
    type: 'text',
    text: block.text,
    ...encodeHistoryCitations(block.citations, path, context.losses),
    ...encodeCache(block.cache),
  }
}

/** OpenAI's encrypted reasoning, as an earlier reply of the same route carried it: any other API would refuse it. */
export function isForeign({ signature, redacted }: ReasoningBlock): boolean {
  return fieldsOf(signature ?? redacted ?? '') !== undefined
}

/** Thinking is taken back only with the signature of the provider that made it. */
function encodeReasoning(block: ReasoningBlock, path: string, { losses }: EncodeContext): JsonObject | undefined {
  if (isForeign(block)) {
    losses.dropped(path, 'Earlier reasoning of another provider cannot be sent back in the Messages API.')
    return undefined
  }
  if (block.redacted !== undefined) return { type: 'redacted_thinking', data: block.redacted }
  if (block.signature) return { type: 'thinking', thinking: block.text, signature: block.signature }
  losses.dropped(path, 'Earlier reasoning without a signature cannot be sent back in the Messages API.')
  return undefined
}

function encodeMedia(block: ImageBlock | DocumentBlock, path: string, context: EncodeContext): JsonObject | undefined {
  if (block.type === 'image') {
    if (block.detail !== undefined && block.detail !== 'auto')
      context.losses.dropped(`${path}.detail`, 'The Messages API has no image detail setting.')
    const source = encodeImageSource(block.source)
    if (source) return { type: 'image', source, ...encodeCache(block.cache) }
  } else {
    const inner = (blocks: Block[]) => encodeBlocks(blocks, 'tool-result', `${path}.source.content`, context)
    const source = encodeDocumentSource(block.source, inner)
    if (source)
      return {
        type: 'document',
        source,
        ...(block.title !== undefined && { title: block.title }),
        ...(block.context !== undefined && { context: block.context }),
        ...(block.citations !== undefined && { citations: { enabled: block.citations } }),
        ...encodeCache(block.cache),
      }
  }
  context.losses.dropped(path, `The Messages API does not take this kind of ${block.type}.`)
  return undefined
}

function encodeToolResult(
  block: Extract<Block, { type: 'tool-result' }>,
  path: string,
  context: EncodeContext,
): JsonObject {
  const content = encodeBlocks(block.content, 'tool-result', `${path}.content`, context)
  return {
    type: 'tool_result',
    tool_use_id: context.toolIds.forResult(block.id),
    ...(content.length > 0 && { content: compactContent(content) }),
    ...(block.isError !== undefined && { is_error: block.isError }),
    ...encodeCache(block.cache),
  }
}
