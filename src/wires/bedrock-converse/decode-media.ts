/** Images and documents as this wire writes them -> the hub's. */

import type { DocumentBlock, ImageBlock, MediaSource } from '../../ground/chat-call.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { formatOfName, type Medium, mediaTypeOf } from './formats.ts'

/** Undefined for an image the hub cannot name whole: a format that is new, storage of another account. */
export function decodeImage(value: JsonObject): ImageBlock | undefined {
  const { format, source, ...rest } = value
  const read = decodeSource('image', asString(format) ?? '', source)
  return read && isEmpty(rest) ? { type: 'image', source: read } : undefined
}

/** Undefined for a document the hub cannot name whole. Its name is the title. */
export function decodeDocument(value: JsonObject): DocumentBlock | undefined {
  const { format, name, source, context, citations, ...rest } = value
  const read = decodeSource('document', asString(format) ?? '', source)
  if (!read || !isEmpty(rest)) return undefined
  const enabled = asObject(citations)?.enabled
  return {
    type: 'document',
    source: read,
    ...(typeof name === 'string' && { title: name }),
    ...(typeof context === 'string' && { context }),
    ...(typeof enabled === 'boolean' && { citations: enabled }),
  }
}

function decodeSource(medium: Medium, format: string, source: Json | undefined): MediaSource | undefined {
  const mediaType = mediaTypeOf(medium, format)
  if (!isObject(source) || mediaType === undefined) return undefined
  const { bytes, s3Location, text, content } = source
  if (typeof bytes === 'string') return { kind: 'base64', mediaType, data: bytes }
  if (medium === 'document' && typeof text === 'string') return { kind: 'text', mediaType, text }
  if (medium === 'document' && Array.isArray(content)) return format === 'txt' ? blocksOf(content) : undefined
  const uri = asString(asObject(s3Location)?.uri)
  // An address says its format by its ending; one that does not would lose it.
  if (uri === undefined || formatOfName(medium, uri) !== format) return undefined
  return asObject(s3Location)?.bucketOwner === undefined ? { kind: 'url', url: uri } : undefined
}

function blocksOf(content: Json[]): MediaSource | undefined {
  const texts = asArray(content).flatMap((piece) => (isObject(piece) ? [asString(piece.text)] : []))
  const known = texts.filter((text) => text !== undefined)
  if (known.length < content.length) return undefined
  return { kind: 'blocks', blocks: known.map((text) => ({ type: 'text', text })) }
}

function isEmpty(rest: JsonObject): boolean {
  return Object.values(rest).every((value) => value === undefined || value === null)
}
