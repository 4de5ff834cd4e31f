/** The hub's blocks -> the text, pictures, thinking and calls that one message of this wire has room for. */

import type { Block, CacheHint, DocumentBlock } from '../../ground/chat-call.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import { inputOf } from '../anthropic-messages/tool-input.ts'
import type { Losses } from '../losses.ts'
import { isGiven } from './call-ids.ts'
import { encodeImage } from './images.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { WIRE } from './wire-name.ts'

export interface Draft {
  readonly texts: string[]
  readonly images: string[]
  thinking: string
  readonly calls: JsonObject[]
  /** What only this wire knows of the message. */
  readonly fields: JsonObject
}

/** `path` names the message in the client's request. Tool results are messages of their own and not looked at here. */
export function draftOf(content: readonly Block[], path: string, losses: Losses): Draft {
  const draft: Draft = { texts: [], images: [], thinking: '', calls: [], fields: {} }
  content.forEach((block, index) => {
    addBlock(block, draft, `${path}.content[${index}]`, losses)
  })
  return draft
}

function addBlock(block: Block, draft: Draft, path: string, losses: Losses): void {
  switch (block.type) {
    case 'text':
      noteCache(block.cache, losses)
      draft.texts.push(block.text)
      return
    case 'refusal':
      draft.texts.push(block.text)
      return
    case 'reasoning':
      if (block.redacted !== undefined) losses.dropped(path, 'Encrypted thinking has no form at this provider.')
      if (block.signature !== undefined)
        losses.dropped(`${path}.signature`, 'This provider takes thinking back only as plain text.')
      draft.thinking += block.text
      return
    case 'tool-call':
      noteCache(block.cache, losses)
      draft.calls.push(encodeToolCall(block, `${path}.arguments`, losses))
      return
    case 'image': {
      noteCache(block.cache, losses)
      const data = encodeImage(block)
      if (data !== undefined) draft.images.push(data)
      else losses.dropped(path, 'This provider takes pictures only as base64, not by their address.')
      return
    }
    case 'document':
      noteCache(block.cache, losses)
      addDocument(block, draft, path, losses)
      return
    case 'opaque':
      if (block.wire === WIRE && block.value.type === MESSAGE_FIELDS && isObject(block.value.fields))
        Object.assign(draft.fields, block.value.fields)
      else losses.dropped(path, `A block that only ${block.wire} knows cannot be sent to this API.`)
      return
    case 'audio':
      losses.dropped(path, 'This API takes no sound.')
      return
    case 'tool-result':
      return
    default:
      assertNever(block)
  }
}

/** Ids that we gave are not shown: the server knows calls by their order. */
export function encodeToolCall(
  call: { id: string; name: string; arguments: string },
  path: string,
  losses: Losses,
): JsonObject {
  const target = { name: call.name, arguments: inputOf(call.arguments, losses, path) }
  return isGiven(call.id) ? { function: target } : { id: call.id, type: 'function', function: target }
}

function addDocument({ source, title }: DocumentBlock, draft: Draft, path: string, losses: Losses): void {
  const texts =
    source.kind === 'text'
      ? [source.text]
      : source.kind === 'blocks'
        ? source.blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []))
        : []
  if (texts.length === 0) {
    losses.dropped(path, 'This API takes no documents but plain text.')
    return
  }
  draft.texts.push([...(title === undefined ? [] : [title]), ...texts].join('\n\n'))
}

function noteCache(cache: CacheHint | undefined, losses: Losses): void {
  if (cache) losses.dropped('cache_control', 'This provider takes no cache breakpoints.')
}
