/** The hub's blocks -> content parts of a message. */

import type { Block, CacheHint, DocumentBlock, ImageBlock, MediaSource } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { aBlock } from '../losses.ts'
import { encodeCache } from './cache-control.ts'
import { dataUrl } from './data-url.ts'
import type { EncodeContext } from './encode-context.ts'

/** Blocks that can be content parts; the rest of a message goes into its other fields. */
export type PartBlock = Extract<Block, { type: 'text' | 'image' | 'document' | 'audio' }>

/** A part, or none when the block has no form here, which is told. `path` names the block in the client's request. */
export function encodePart(block: PartBlock, path: string, context: EncodeContext): JsonObject[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: block.text, ...cached(block.cache, context) }]
    case 'audio':
      return [{ type: 'input_audio', input_audio: { data: block.data, format: block.format } }]
    case 'image':
      return encodeImage(block, path, context)
    case 'document':
      return encodeDocument(block, path, context)
  }
}

/** A field to spread: the breakpoint, if this provider may see one. */
export function cached(cache: CacheHint | undefined, { withCache, losses }: EncodeContext): JsonObject {
  if (!cache) return {}
  if (withCache) return { cache_control: encodeCache(cache) }
  losses.dropped('cache_control', 'This provider takes no cache breakpoints; many cache long prompts on their own.')
  return {}
}

/**
 * Texts alone as one string, unless the client wrote parts. Servers with plain chat templates take only strings from
 * system, assistant and tool messages.
 */
export function compactContent(parts: readonly JsonObject[], separator: string, context: EncodeContext): Json {
  const plain = parts.every((part) => part.type === 'text' && part.cache_control === undefined)
  if (!plain || (context.native && parts.length > 1)) return [...parts]
  return parts.map((part) => String(part.text)).join(separator)
}

function encodeImage(block: ImageBlock, path: string, context: EncodeContext): JsonObject[] {
  const url = addressOf(block.source)
  if (url === undefined) {
    context.losses.dropped(path, `The Chat Completions API takes no image given as ${block.source.kind}.`)
    return []
  }
  const image = compact({ url, detail: block.detail })
  return [{ type: 'image_url', image_url: image, ...cached(block.cache, context) }]
}

function encodeDocument(block: DocumentBlock, path: string, context: EncodeContext): JsonObject[] {
  const { losses } = context
  if (block.context !== undefined)
    losses.dropped(`${path}.context`, 'The Chat Completions API has no context beside a document.')
  if (block.citations) losses.dropped(`${path}.citations`, 'The Chat Completions API does not cite documents.')
  const { source } = block
  switch (source.kind) {
    case 'base64': {
      const address = dataUrl(source.mediaType, source.data)
      if (context.quirks.documentPart === 'document_url') return linkedDocument(block, address, context)
      const file = { filename: block.title ?? fallbackName(source.mediaType), file_data: address }
      return [{ type: 'file', file, ...cached(block.cache, context) }]
    }
    case 'file':
      return [
        {
          type: 'file',
          file: compact({ file_id: source.fileId, filename: block.title }),
          ...cached(block.cache, context),
        },
      ]
    case 'url':
      return encodeLinkedDocument(block, source.url, path, context)
    case 'text':
      losses.changed(path, 'A text document was sent as plain text.')
      return [{ type: 'text', text: withTitle(block.title, source.text), ...cached(block.cache, context) }]
    case 'blocks':
      losses.changed(path, 'A document made of blocks was sent as plain content.')
      return source.blocks.flatMap((inner, index) => {
        if (isPartBlock(inner)) return encodePart(inner, `${path}.source.content[${index}]`, context)
        losses.dropped(`${path}.source.content[${index}]`, `A document cannot hold ${aBlock(inner.type)} here.`)
        return []
      })
  }
}

function encodeLinkedDocument(block: DocumentBlock, url: string, path: string, context: EncodeContext): JsonObject[] {
  if (context.native || context.quirks.documentPart === 'document_url') return linkedDocument(block, url, context)
  context.losses.dropped(path, 'The Chat Completions API takes no address of a document; send the file itself.')
  return []
}

function linkedDocument(block: DocumentBlock, url: string, context: EncodeContext): JsonObject[] {
  return [
    compact({ type: 'document_url', document_url: url, document_name: block.title, ...cached(block.cache, context) }),
  ]
}

/** Whether a block can stand in `content`. */
export function isPartBlock(block: Block): block is PartBlock {
  return block.type === 'text' || block.type === 'image' || block.type === 'document' || block.type === 'audio'
}

/** The address of an image; undefined when it has none. */
export function addressOf(source: MediaSource): string | undefined {
  if (source.kind === 'url') return source.url
  return source.kind === 'base64' ? dataUrl(source.mediaType, source.data) : undefined
}

function fallbackName(mediaType: string): string {
  return mediaType === 'application/pdf' ? 'document.pdf' : 'document'
}

function withTitle(title: string | undefined, text: string): string {
  return title === undefined ? text : `${title}\n\n${text}`
}
