/** The hub's blocks -> content parts of a message or tool output. */

import type { Block, DocumentBlock, ImageBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import { aBlock } from '../losses.ts'
import { dataUrl } from '../openai-chat/data-url.ts'
import type { EncodeContext } from './encode-context.ts'
import { WIRE } from './wire-name.ts'

/** The parts for a block of a user, system or developer message or a tool output. `path` names it for the client. */
export function encodeInputPart(block: Block, path: string, context: EncodeContext): JsonObject[] {
  const { losses } = context
  noteCache(block, context)
  switch (block.type) {
    case 'text':
      return [{ type: 'input_text', text: block.text }]
    case 'image':
      return encodeImage(block, path, context)
    case 'document':
      return encodeDocument(block, path, context)
    case 'audio':
      // Not in OpenAI's reference any more, but the form that servers which take audio understand.
      return [{ type: 'input_audio', input_audio: { data: block.data, format: block.format } }]
    case 'opaque':
      if (block.wire === WIRE) return [block.value]
      losses.dropped(path, `A block that only ${block.wire} knows cannot be sent to the Responses API.`)
      return []
    case 'reasoning':
    case 'tool-call':
    case 'tool-result':
    case 'refusal':
      losses.dropped(path, `${aBlock(block.type, 'A')} cannot stand in such a message of the Responses API.`)
      return []
  }
}

/** The API caches long prompts on its own and takes no breakpoints. */
export function noteCache(block: Block, { losses }: EncodeContext): void {
  if ('cache' in block && block.cache)
    losses.dropped('cache_control', 'The Responses API takes no cache breakpoints; it caches long prompts on its own.')
}

function encodeImage({ source, detail }: ImageBlock, path: string, { losses }: EncodeContext): JsonObject[] {
  switch (source.kind) {
    case 'url':
      return [compact({ type: 'input_image', image_url: source.url, detail })]
    case 'base64':
      return [compact({ type: 'input_image', image_url: dataUrl(source.mediaType, source.data), detail })]
    case 'file':
      return [compact({ type: 'input_image', file_id: source.fileId, detail })]
    case 'text':
    case 'blocks':
      losses.dropped(path, `The Responses API takes no image given as ${source.kind}.`)
      return []
  }
}

function encodeDocument(block: DocumentBlock, path: string, context: EncodeContext): JsonObject[] {
  const { losses } = context
  const { source, title } = block
  if (block.context !== undefined)
    losses.dropped(`${path}.context`, 'The Responses API has no context beside a document.')
  if (block.citations) losses.dropped(`${path}.citations`, 'The Responses API does not cite documents sent to it.')
  switch (source.kind) {
    case 'base64': {
      const filename = title ?? (source.mediaType === 'application/pdf' ? 'document.pdf' : 'document')
      return [{ type: 'input_file', filename, file_data: dataUrl(source.mediaType, source.data) }]
    }
    case 'file':
      return [compact({ type: 'input_file', file_id: source.fileId, filename: title })]
    case 'url':
      return [compact({ type: 'input_file', file_url: source.url, filename: title })]
    case 'text':
      losses.changed(path, 'A text document was sent as plain text.')
      return [{ type: 'input_text', text: title === undefined ? source.text : `${title}\n\n${source.text}` }]
    case 'blocks':
      losses.changed(path, 'A document made of blocks was sent as plain content.')
      return source.blocks.flatMap((inner, index) =>
        encodeInputPart(inner, `${path}.source.content[${index}]`, context),
      )
  }
}
