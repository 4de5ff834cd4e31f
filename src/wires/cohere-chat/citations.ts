/** Citations <-> the hub's, which keep the provider's own object for the way back. */

import type { Citation } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '../../ground/json.ts'
import { WIRE } from './wire-name.ts'

/** `start` and `end` count characters of the content the citation stands by; the first source names it. */
export function decodeCitation(value: JsonObject): Citation {
  const [source] = asArray(value.sources).filter(isObject)
  const told = asObject(source?.document) ?? asObject(source?.tool_output) ?? {}
  return compact({
    url: asString(told.url),
    title: asString(told.title),
    start: asNumber(value.start),
    end: asNumber(value.end),
    raw: { wire: WIRE, value },
  })
}

/** A citation made elsewhere covers its whole text unless it says which part, and its source becomes a document. */
export function encodeCitation(citation: Citation, text: string, contentIndex: number): JsonObject {
  if (citation.raw?.wire === WIRE) return citation.raw.value
  const { url, title, quote, start = 0, end = text.length } = citation
  const id = url ?? title ?? 'source'
  return {
    start,
    end,
    text: text.slice(start, end),
    sources: [{ type: 'document', id, document: compact({ id, title, url, snippet: quote }) }],
    type: 'TEXT_CONTENT',
    content_index: contentIndex,
  }
}
