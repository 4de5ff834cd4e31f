/** Pictures, sound and documents: parts with bytes or an address <-> the hub's blocks. */

import type { AudioBlock, Block, DocumentBlock, ImageBlock, MediaSource } from '../../ground/chat-call.ts'
import { asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import { aBlock, type Losses } from '../losses.ts'
import { camelCased } from './aliases.ts'
import { WIRE } from './wire-name.ts'

const AUDIO_FORMAT: Readonly<Record<string, string>> = { 'audio/mpeg': 'mp3', 'audio/mp3': 'mp3', 'audio/x-wav': 'wav' }

/** Undefined where the part is no such thing. A cut of a film has no word in the hub: the part stays whole. */
export function decodeMedia(part: JsonObject): Block | undefined {
  const { inlineData, fileData, mediaResolution, ...others } = part
  const inline = asObject(inlineData)
  const data = inline ?? asObject(fileData)
  if (!data) return undefined
  if (Object.keys(others).some((name) => name !== 'thought')) return { type: 'opaque', wire: WIRE, value: part }
  const block = inline ? decodeInline(camelCased(data)) : decodeFile(camelCased(data))
  const title = asString(data.displayName) ?? asString(data.display_name)
  if (block.type === 'document' && title) block.title = title
  const detail = detailOf(mediaResolution)
  if (block.type === 'image' && detail !== undefined) block.detail = detail
  return block
}

function decodeInline({ mimeType, data }: JsonObject): ImageBlock | DocumentBlock | AudioBlock {
  const type = asString(mimeType) ?? 'application/octet-stream'
  const text = asString(data) ?? ''
  if (type.startsWith('audio/'))
    return { type: 'audio', format: AUDIO_FORMAT[type] ?? type.slice('audio/'.length), data: text }
  const source: MediaSource = { kind: 'base64', mediaType: type, data: text }
  return type.startsWith('image/') ? { type: 'image', source } : { type: 'document', source }
}

function decodeFile({ mimeType, fileUri }: JsonObject): ImageBlock | DocumentBlock {
  const source: MediaSource = { kind: 'url', url: asString(fileUri) ?? '' }
  return (asString(mimeType) ?? '').startsWith('image/') ? { type: 'image', source } : { type: 'document', source }
}

/** `MEDIA_RESOLUTION_LOW` is what other APIs call `low`. */
function detailOf(resolution: Json | undefined): string | undefined {
  const level = asString(resolution) ?? asString(asObject(resolution)?.level)
  return /^MEDIA_RESOLUTION_(LOW|MEDIUM|HIGH|ULTRA_HIGH)$/.exec(level ?? '')?.[1]?.toLowerCase()
}

/** Nothing, and told, where Google cannot take it. */
export function encodeMedia(
  block: ImageBlock | DocumentBlock | AudioBlock,
  path: string,
  losses: Losses,
): JsonObject[] {
  if (block.type === 'audio') return [{ inlineData: { mimeType: `audio/${block.format}`, data: block.data } }]
  if (block.type === 'image' && block.detail !== undefined && block.detail !== 'auto')
    losses.dropped(`${path}.detail`, 'Google cannot be told how closely to look at one picture.')
  if (block.type === 'document') noteDocument(block, path, losses)
  const { source } = block
  switch (source.kind) {
    case 'base64':
      return [{ inlineData: { mimeType: source.mediaType, data: source.data } }]
    case 'url':
      return [{ fileData: { ...mimeTypeOf(source.url, block.type), fileUri: source.url } }]
    case 'text':
      return [{ text: block.type === 'document' && block.title ? `${block.title}\n\n${source.text}` : source.text }]
    case 'blocks':
      losses.changed(path, 'A document made of blocks was sent as plain content.')
      return source.blocks.flatMap((inner, index) => {
        if (inner.type === 'text') return inner.text ? [{ text: inner.text }] : []
        if (inner.type === 'image') return encodeMedia(inner, `${path}.source.content[${index}]`, losses)
        losses.dropped(`${path}.source.content[${index}]`, `A document cannot hold ${aBlock(inner.type)} here.`)
        return []
      })
    case 'file':
      losses.dropped(path, 'A file kept at another provider cannot be sent to Google.')
      return []
  }
}

/** The title of a text goes before it; files have no place for one. */
function noteDocument(block: DocumentBlock, path: string, losses: Losses): void {
  const { kind } = block.source
  if (block.title !== undefined && kind !== 'text' && kind !== 'file')
    losses.dropped(`${path}.title`, 'This API has no titles of files.')
  if (block.context !== undefined) losses.dropped(`${path}.context`, 'This API has no context beside a document.')
  if (block.citations) losses.dropped(`${path}.citations`, 'This API does not cite documents sent to it.')
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
