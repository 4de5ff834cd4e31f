/** The hub's blocks -> content parts of a message. */

import type { Block, CacheHint, ImageBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { dataUrl } from '../openai-chat/data-url.ts'
import { encodeDocument } from './documents.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { WIRE } from './wire-name.ts'

/** A list with one text is sent as that text; nothing as the empty one. */
export function compactContent(parts: readonly JsonObject[]): Json {
  const [only] = parts
  if (only === undefined) return ''
  return parts.length === 1 && only.type === 'text' && typeof only.text === 'string' ? only.text : [...parts]
}

/** An image part; none, told, for a picture that lies in another provider's files. */
export function encodeImage({ source, detail, cache }: ImageBlock, path: string, losses: Losses): JsonObject[] {
  noteCache(cache, losses)
  const url =
    source.kind === 'url' ? source.url : source.kind === 'base64' ? dataUrl(source.mediaType, source.data) : undefined
  if (url === undefined) {
    losses.dropped(path, `The Chat API takes no picture given as ${source.kind}.`)
    return []
  }
  return [{ type: 'image_url', image_url: compact({ url, detail }) }]
}

/** The content of a tool's result: texts and documents. */
export function encodeResultContent(content: readonly Block[], path: string, losses: Losses): Json {
  const parts = content.flatMap((block, index) => encodeResultPart(block, `${path}[${index}]`, losses))
  return compactContent(parts)
}

function encodeResultPart(block: Block, path: string, losses: Losses): JsonObject[] {
  if (block.type === 'text') {
    noteCache(block.cache, losses)
    return [{ type: 'text', text: block.text }]
  }
  if (block.type === 'opaque' && block.wire === WIRE) return [block.value]
  if (block.type === 'document') {
    noteCache(block.cache, losses)
    const document = encodeDocument(block)
    if (document !== undefined) {
      return [{ type: 'document', document: typeof document === 'string' ? { data: { text: document } } : document }]
    }
  }
  losses.dropped(path, `A tool message of the Chat API cannot hold this ${block.type}: it takes texts alone.`)
  return []
}

/** The client's own fields of a message, as fields to spread. */
export function fieldsOf(content: readonly Block[]): JsonObject {
  const fields: JsonObject = {}
  for (const block of content) {
    if (block.type === 'opaque' && isFields(block)) Object.assign(fields, block.value.fields)
  }
  return fields
}

/** Whether a block only carries the client's own fields of its message. */
export function isFields(block: Block): boolean {
  return block.type === 'opaque' && block.wire === WIRE && block.value.type === MESSAGE_FIELDS
}

export function noteCache(cache: CacheHint | undefined, losses: Losses): void {
  if (cache) losses.dropped('cache_control', 'This provider takes no cache breakpoints.')
}
