/** The hub's media sources -> this wire's. */

import type { Block, MediaSource } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),(.*)$/s

/** Undefined when an image cannot be given that way here. */
export function encodeImageSource(source: MediaSource): JsonObject | undefined {
  const plain = inlined(source)
  switch (plain.kind) {
    case 'base64':
      return { type: 'base64', media_type: plain.mediaType, data: plain.data }
    case 'url':
      return { type: 'url', url: plain.url }
    case 'file':
      return { type: 'file', file_id: plain.fileId }
    case 'text':
    case 'blocks':
      return undefined
  }
}

/**
 * Undefined when a document cannot be given that way here. Base64 is for PDF; text files in base64 become text. `blocks`
 * gives the content blocks of a custom document.
 */
export function encodeDocumentSource(
  source: MediaSource,
  blocks: (blocks: Block[]) => JsonObject[],
): JsonObject | undefined {
  const plain = inlined(source)
  switch (plain.kind) {
    case 'base64':
      if (plain.mediaType.startsWith('text/')) return textSource(utf8Of(plain.data))
      if (plain.mediaType !== 'application/pdf') return undefined
      return { type: 'base64', media_type: plain.mediaType, data: plain.data }
    case 'url':
      return { type: 'url', url: plain.url }
    case 'file':
      return { type: 'file', file_id: plain.fileId }
    case 'text':
      return textSource(plain.text)
    case 'blocks':
      return { type: 'content', content: blocks(plain.blocks) }
  }
}

function textSource(text: string | undefined): JsonObject | undefined {
  return text === undefined ? undefined : { type: 'text', media_type: 'text/plain', data: text }
}

/** A `data:` address holds the bytes itself; this wire fetches only real addresses. */
function inlined(source: MediaSource): MediaSource {
  const match = source.kind === 'url' ? DATA_URL.exec(source.url) : null
  if (!match) return source
  const [, mediaType = '', parameters = '', data = ''] = match
  if (parameters.split(';').includes('base64')) return { kind: 'base64', mediaType: mediaType || 'text/plain', data }
  return { kind: 'text', mediaType: mediaType || 'text/plain', text: percentDecoded(data) }
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A stray percent sign: the text is what it says.
    return text
  }
}

function utf8Of(base64: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(
      Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
    )
  } catch {
    // Neither base64 nor UTF-8: no text to show.
    return undefined
  }
}
