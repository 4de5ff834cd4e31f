/** Pictures, sound and documents: parts with bytes or an address <-> the hub's blocks. */

import type { AudioBlock, Block, DocumentBlock, ImageBlock, MediaSource } from '../../ground/chat-call.ts'
import { asString, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { camelCased } from './aliases.ts'

const AUDIO_FORMAT: Readonly<Record<string, string>> = { 'audio/mpeg': 'mp3', 'audio/mp3': 'mp3', 'audio/x-wav': 'wav' }

export function decodeInline(data: JsonObject): Block {
  const { mimeType, data: bytes } = camelCased(data)
  const type = asString(mimeType) ?? 'application/octet-stream'
  const text = asString(bytes) ?? ''
  if (type.startsWith('audio/'))
    return { type: 'audio', format: AUDIO_FORMAT[type] ?? type.slice('audio/'.length), data: text }
  const source: MediaSource = { kind: 'base64', mediaType: type, data: text }
  return type.startsWith('image/') ? { type: 'image', source } : { type: 'document', source }
}

export function decodeFile(data: JsonObject): Block {
  const { mimeType, fileUri } = camelCased(data)
  const source: MediaSource = { kind: 'url', url: asString(fileUri) ?? '' }
  return (asString(mimeType) ?? '').startsWith('image/') ? { type: 'image', source } : { type: 'document', source }
}

/** Undefined, and told, where Google cannot take it. */
export function encodeMedia(
  block: ImageBlock | DocumentBlock | AudioBlock,
  path: string,
  losses: Losses,
): JsonObject[] {
  if (block.type === 'audio') return [{ inlineData: { mimeType: `audio/${block.format}`, data: block.data } }]
  if (block.type === 'image' && block.detail !== undefined && block.detail !== 'auto')
    losses.dropped(`${path}.detail`, 'Google cannot be told how closely to look at one picture.')
  const { source } = block
  switch (source.kind) {
    case 'base64':
      return [{ inlineData: { mimeType: source.mediaType, data: source.data } }]
    case 'url':
      return [{ fileData: { ...mimeTypeOf(source.url, block.type), fileUri: source.url } }]
    case 'text':
      return [{ text: block.type === 'document' && block.title ? `${block.title}\n\n${source.text}` : source.text }]
    case 'blocks':
      return source.blocks.flatMap((inner) =>
        inner.type === 'text' ? [{ text: inner.text }] : inner.type === 'image' ? encodeMedia(inner, path, losses) : [],
      )
    case 'file':
      losses.dropped(path, 'A file kept at another provider cannot be sent to Google.')
      return []
  }
}

const MIME_BY_END: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  pdf: 'application/pdf',
  txt: 'text/plain',
}

/** An address does not say what is behind it; its end usually does. */
function mimeTypeOf(url: string, type: 'image' | 'document'): JsonObject {
  const end = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase()
  const known = end === undefined ? undefined : MIME_BY_END[end]
  if (known) return { mimeType: known }
  return type === 'image' ? { mimeType: 'image/jpeg' } : {}
}
