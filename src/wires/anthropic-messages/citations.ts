/** Citations of a text block <-> the hub's, which keep the provider's own object for the way back. */

import type { Citation } from '../../ground/chat-call.ts'
import { asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { WIRE } from './wire-name.ts'

/**
 * One citation. Character, page and block positions count within the cited document, not within the text that cites
 * it, so they stay in `raw`.
 */
export function decodeCitation(value: JsonObject): Citation {
  const source = asString(value.source)
  const url = asString(value.url) ?? (source && /^https?:\/\//.test(source) ? source : undefined)
  const title = asString(value.title) ?? asString(value.document_title)
  const quote = asString(value.cited_text)
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(quote !== undefined && { quote }),
    raw: { wire: WIRE, value },
  }
}

/** As a field to spread into a hub text block; an empty or missing list gives none. */
export function decodeCitations(value: Json | undefined): { citations?: Citation[] } {
  if (!Array.isArray(value) || value.length === 0) return {}
  return { citations: value.filter(isObject).map(decodeCitation) }
}

/** For a reply. A citation made elsewhere becomes a web location if it has an address; otherwise it is lost and told. */
export function encodeCitation(citation: Citation, losses: Losses): JsonObject | undefined {
  if (citation.raw?.wire === WIRE) return citation.raw.value
  if (citation.url === undefined) {
    losses.dropped('citations', 'A citation without a web address has no form in the Messages API.')
    return undefined
  }
  if (citation.start !== undefined || citation.end !== undefined)
    losses.changed('citations', 'The character span of a citation was left out; the citation covers its whole block.')
  return {
    type: 'web_search_result_location',
    url: citation.url,
    title: citation.title ?? null,
    cited_text: citation.quote ?? '',
    encrypted_index: '',
  }
}

/** For a request: only citations this wire made are valid there, since others lack the encrypted index. */
export function encodeHistoryCitations(citations: readonly Citation[] | undefined, path: string, losses: Losses) {
  const own = (citations ?? []).flatMap(({ raw }) => (raw?.wire === WIRE ? [raw.value] : []))
  if (own.length < (citations?.length ?? 0))
    losses.dropped(`${path}.citations`, 'Citations made by another provider cannot be sent back to this one.')
  return own.length > 0 ? { citations: own } : {}
}
