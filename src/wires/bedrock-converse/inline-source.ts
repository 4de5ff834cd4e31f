/** Takes the bytes out of a `data:` address, which names no place that could be fetched. */

import type { MediaSource } from '../../ground/chat-call.ts'

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),(.*)$/s

/** The source with its bytes or text in it; other sources as they are. */
export function inlined(source: MediaSource): MediaSource {
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
