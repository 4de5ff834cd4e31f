/** Citations <-> the hub's, which keep the provider's own object for the way back. */

import type { Citation, TextBlock } from '../../ground/chat-call.ts'
import { asArray, asObject, asString, isObject, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { WIRE } from './wire-name.ts'

const WEB_ADDRESS = /^https?:\/\//

/**
 * One citation, of a reply or of a stream's delta. Character and page positions count within the cited document, not
 * within the text that cites it, so they stay in `raw`.
 */
export function decodeCitation(value: JsonObject): Citation {
  const source = asString(value.source)
  const url =
    asString(asObject(asObject(value.location)?.web)?.url) ?? (source && WEB_ADDRESS.test(source) ? source : undefined)
  const title = asString(value.title)
  const quote = textOf(value.sourceContent)
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(quote !== '' && { quote }),
    raw: { wire: WIRE, value },
  }
}

/** `citationsContent` is text that was generated with sources. Some of it has sources and no text. */
export function decodeCitationsContent(value: JsonObject): TextBlock {
  return {
    type: 'text',
    text: textOf(value.content),
    citations: asArray(value.citations).filter(isObject).map(decodeCitation),
  }
}

function textOf(pieces: unknown): string {
  return asArray(pieces)
    .map((piece) => (isObject(piece) ? (asString(piece.text) ?? '') : ''))
    .join('')
}

/** For a reply. A citation made elsewhere becomes a web location if it has an address; otherwise it is lost and told. */
export function encodeCitation(citation: Citation, losses: Losses): JsonObject | undefined {
  if (citation.raw?.wire === WIRE) return citation.raw.value
  if (citation.url === undefined) {
    losses.dropped('citations', 'A citation without a web address has no form in the Converse API.')
    return undefined
  }
  if (citation.start !== undefined || citation.end !== undefined)
    losses.changed('citations', 'The character span of a citation was left out; the citation covers its whole block.')
  return {
    ...(citation.title !== undefined && { title: citation.title }),
    ...(citation.quote !== undefined && { sourceContent: [{ text: citation.quote }] }),
    location: { web: { url: citation.url } },
  }
}

/** A text block with the citations that could be written; without any it is plain text. */
export function encodeCitedText(text: string, citations: readonly JsonObject[]): JsonObject {
  if (citations.length === 0) return { text }
  return { citationsContent: { ...(text !== '' && { content: [{ text }] }), citations: [...citations] } }
}
