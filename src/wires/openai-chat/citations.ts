/** `annotations` of a message <-> the hub's citations, which keep the provider's own object for the way back. */

import type { Citation } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asNumber, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { WIRE } from './wire-name.ts'

export function decodeAnnotations(value: Json | undefined): Citation[] {
  return asArray(value).filter(isObject).map(decodeAnnotation)
}

function decodeAnnotation(value: JsonObject): Citation {
  const inner = asObject(value.url_citation) ?? {}
  return compact({
    url: asString(inner.url),
    title: asString(inner.title),
    quote: asString(inner.content),
    start: asNumber(inner.start_index),
    end: asNumber(inner.end_index),
    raw: { wire: WIRE, value },
  })
}

/**
 * An annotation of a reply. `offset` is where the cited text block begins in the message's whole content, `length` how
 * long it is: a citation without a span of its own covers the block.
 */
export function encodeAnnotation(
  citation: Citation,
  offset: number,
  length: number,
  losses: Losses,
): JsonObject | undefined {
  if (citation.raw?.wire === WIRE) return citation.raw.value
  if (citation.url === undefined) {
    losses.dropped('citations', 'A citation without a web address has no form in the Chat Completions API.')
    return undefined
  }
  return {
    type: 'url_citation',
    url_citation: {
      url: citation.url,
      title: citation.title ?? '',
      start_index: offset + (citation.start ?? 0),
      end_index: offset + (citation.end ?? length),
      ...(citation.quote !== undefined && { content: citation.quote }),
    },
  }
}
