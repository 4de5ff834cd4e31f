/** `annotations` of an output text <-> the hub's citations, which keep the provider's own object for the way back. */

import type { Citation } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asNumber, asString, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { WIRE } from './wire-name.ts'

/** File and container citations have no web address: they go along as `raw` and with their file name as title. */
export function decodeAnnotation(value: JsonObject): Citation {
  return compact({
    url: asString(value.url),
    title: asString(value.title) ?? asString(value.filename),
    start: asNumber(value.start_index),
    end: asNumber(value.end_index),
    raw: { wire: WIRE, value },
  })
}

/** `length` is how long the cited text is: a citation without a span of its own covers all of it. */
export function encodeAnnotation(citation: Citation, length: number, losses: Losses): JsonObject | undefined {
  if (citation.raw?.wire === WIRE) return citation.raw.value
  if (citation.url === undefined) {
    losses.dropped('citations', 'A citation without a web address has no form in the Responses API.')
    return undefined
  }
  if (citation.quote !== undefined)
    losses.dropped('citations.quote', 'The Responses API has no room for the words that a citation quotes.')
  return {
    type: 'url_citation',
    url: citation.url,
    title: citation.title ?? '',
    start_index: citation.start ?? 0,
    end_index: citation.end ?? length,
  }
}
