/** Where an image or document comes from, as this wire writes it -> the hub's source. */

import type { Block, MediaSource } from '../../ground/chat-call.ts'
import { asArray, asString, isObject, type Json } from '../../ground/json.ts'

/** Undefined for a source of a kind we do not know. `decodeBlock` reads the blocks of a `content` source. */
export function decodeSource(
  source: Json | undefined,
  decodeBlock: (value: Json, path: string) => Block | undefined,
  path: string,
): MediaSource | undefined {
  if (!isObject(source)) return undefined
  const data = asString(source.data) ?? ''
  const mediaType = asString(source.media_type) ?? ''
  switch (source.type) {
    case 'base64':
      return { kind: 'base64', mediaType, data }
    case 'url':
      return { kind: 'url', url: asString(source.url) ?? '' }
    case 'file':
      return { kind: 'file', fileId: asString(source.file_id) ?? '' }
    case 'text':
      return { kind: 'text', mediaType: mediaType || 'text/plain', text: data }
    case 'content': {
      if (typeof source.content === 'string')
        return { kind: 'blocks', blocks: [{ type: 'text', text: source.content }] }
      const blocks = asArray(source.content).map((value, index) => decodeBlock(value, `${path}.content[${index}]`))
      return { kind: 'blocks', blocks: blocks.filter((block) => block !== undefined) }
    }
    default:
      return undefined
  }
}
