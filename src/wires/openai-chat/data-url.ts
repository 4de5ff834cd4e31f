/** Base64 `data:` addresses <-> the hub's media sources. */

import type { MediaSource } from '../../ground/chat-call.ts'

const BASE64_URL = /^data:([^,]*?);base64,/i

/** A base64 data URL as its bytes; any other address stays an address. */
export function sourceOfUrl(url: string): MediaSource {
  // Only the head is matched: the rest may be megabytes.
  const head = BASE64_URL.exec(url.slice(0, 256))
  if (!head) return { kind: 'url', url }
  return { kind: 'base64', mediaType: head[1] || 'application/octet-stream', data: url.slice(head[0].length) }
}

export function dataUrl(mediaType: string, data: string): string {
  return `data:${mediaType};base64,${data}`
}
