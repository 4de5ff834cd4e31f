/** The hub's blocks -> parts. */

import type { Block, CacheHint } from '../../ground/chat-call.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import { isForeign } from '../anthropic-messages/encode-block.ts'
import { inputOf } from '../anthropic-messages/tool-input.ts'
import type { Losses } from '../losses.ts'
import { isGiven } from '../ollama-chat/call-ids.ts'
import { encodeMedia } from './media.ts'
import { encodeResult, isMedia } from './tool-result.ts'
import { WIRE } from './wire-name.ts'

/** Names of the tools that calls were for, by id: results must say them here. */
export type ToolNames = Map<string, string>

/** A signature goes onto the call or the picture that follows it, else into an empty text. `path` names the message in the client's request. */
export function encodeParts(
  content: readonly Block[],
  path: string,
  names: ToolNames,
  losses: Losses,
  forWhom: 'provider' | 'app' = 'provider',
): JsonObject[] {
  const parts: JsonObject[] = []
  let signature: string | undefined
  const settle = (): void => {
    if (signature !== undefined) parts.push({ text: '', thoughtSignature: signature })
    signature = undefined
  }
  content.forEach((block, index) => {
    if (block.type === 'reasoning') {
      settle()
      signature =
        forWhom === 'provider' && isForeign(block)
          ? dropThought(`${path}.content[${index}]`, losses)
          : addThought(block, parts, `${path}.content[${index}]`, losses)
      return
    }
    const made = encodeBlock(block, `${path}.content[${index}]`, names, losses)
    const [first] = made
    if (signature !== undefined && first && block.type !== 'opaque' && (first.functionCall || first.inlineData)) {
      first.thoughtSignature = signature
      signature = undefined
    } else settle()
    parts.push(...made)
  })
  settle()
  return parts
}

type Thought = Extract<Block, { type: 'reasoning' }>

function dropThought(path: string, losses: Losses): undefined {
  losses.dropped(path, 'Earlier reasoning of another provider means nothing to Google.')
}

/** Gives the signature that still needs a place. */
function addThought(block: Thought, parts: JsonObject[], path: string, losses: Losses): string | undefined {
  if (block.redacted !== undefined)
    losses.dropped(path, 'Encrypted thinking of another provider means nothing to Google.')
  const onItself = block.raw?.wire === WIRE && block.signature !== undefined
  if (block.text || onItself)
    parts.push({ text: block.text, thought: true, ...(onItself && { thoughtSignature: block.signature ?? '' }) })
  return onItself ? undefined : block.signature
}

function encodeBlock(block: Exclude<Block, Thought>, path: string, names: ToolNames, losses: Losses): JsonObject[] {
  switch (block.type) {
    case 'text':
      noteCache(block.cache, losses)
      return block.text ? [{ text: block.text }] : []
    case 'refusal':
      return block.text ? [{ text: block.text }] : []
    case 'image':
    case 'document':
      noteCache(block.cache, losses)
      return encodeMedia(block, path, losses)
    case 'audio':
      return encodeMedia(block, path, losses)
    case 'tool-call':
      noteCache(block.cache, losses)
      names.set(block.id, block.name)
      return [{ functionCall: callOf(block, `${path}.arguments`, losses) }]
    case 'tool-result': {
      noteCache(block.cache, losses)
      const media = block.content.flatMap((inner) => (isMedia(inner) ? encodeMedia(inner, path, losses) : []))
      const response: Record<string, Json> = {
        ...(!isGiven(block.id) && { id: block.id }),
        name: block.name ?? names.get(block.id) ?? '',
        response: encodeResult(block.content, block.isError === true, losses),
        ...(media.length > 0 && { parts: media }),
      }
      return [{ functionResponse: response }]
    }
    case 'opaque':
      if (block.wire === WIRE) return [{ ...block.value }]
      losses.dropped(path, `A block that only ${block.wire} knows cannot be sent to this API.`)
      return []
    default:
      return assertNever(block)
  }
}

/** Ids that we gave are not shown: Google's older models know calls by their order. */
export function callOf(
  call: { readonly id: string; readonly name: string; readonly arguments: string },
  path: string,
  losses: Losses,
): JsonObject {
  return { ...(!isGiven(call.id) && { id: call.id }), name: call.name, args: inputOf(call.arguments, losses, path) }
}

function noteCache(cache: CacheHint | undefined, losses: Losses): void {
  if (cache)
    losses.dropped('cache_control', 'This provider takes no cache breakpoints; it caches long prompts on its own.')
}
