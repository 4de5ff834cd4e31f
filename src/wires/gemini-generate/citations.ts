/** `groundingMetadata` and `citationMetadata` of a candidate <-> citations of its text. */

import type { Citation } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asNumber, asObject, asString, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'

/** One citation for each source a span rests on; sources that no span names come without one. */
export function decodeCitations(candidate: JsonObject): Citation[] {
  const grounding = asObject(candidate.groundingMetadata)
  const sources = asArray(grounding?.groundingChunks).map((chunk) => sourceOf(asObject(chunk)))
  const used = new Set<number>()
  const citations = asArray(grounding?.groundingSupports).flatMap((entry) => {
    const support = asObject(entry)
    const segment = asObject(support?.segment)
    return asArray(support?.groundingChunkIndices).flatMap((index): Citation[] => {
      const at = asNumber(index)
      const source = at === undefined ? undefined : sources[at]
      if (at === undefined || !source) return []
      used.add(at)
      const span = {
        quote: asString(segment?.text),
        start: asNumber(segment?.startIndex),
        end: asNumber(segment?.endIndex),
      }
      return [compact({ ...source, ...span }) as Citation]
    })
  })
  const unused = sources.filter((source, index) => source !== undefined && !used.has(index))
  const quoted = asArray(asObject(candidate.citationMetadata)?.citationSources).flatMap((entry): Citation[] => {
    const source = asObject(entry)
    const url = asString(source?.uri)
    if (url === undefined) return []
    return [compact({ url, start: asNumber(source?.startIndex), end: asNumber(source?.endIndex) }) as Citation]
  })
  return [...citations, ...unused.flatMap((source) => source ?? []), ...quoted]
}

function sourceOf(chunk: JsonObject | undefined): Citation | undefined {
  const place = asObject(chunk?.web) ?? asObject(chunk?.retrievedContext) ?? asObject(chunk?.maps)
  const url = asString(place?.uri)
  if (url === undefined) return undefined
  return compact({ url, title: asString(place?.title) }) as Citation
}

/** As grounding, each source once; undefined without an address to name, which is told. */
export function encodeCitations(citations: readonly Citation[], losses: Losses): JsonObject | undefined {
  const named = citations.filter(({ url }) => url !== undefined)
  if (named.length < citations.length)
    losses.dropped('citations', 'This API names sources by their address only; those without one were left out.')
  if (named.length === 0) return undefined
  const urls = [...new Set(named.map(({ url }) => url ?? ''))]
  const groundingChunks = urls.map((uri) => {
    const title = named.find(({ url }) => url === uri)?.title
    return { web: { uri, ...(title !== undefined && { title }) } }
  })
  const groundingSupports = named.map(({ url, quote, start, end }) => ({
    segment: compact({ startIndex: start, endIndex: end, text: quote }) as JsonObject,
    groundingChunkIndices: [urls.indexOf(url ?? '')],
  }))
  return { groundingChunks, groundingSupports }
}
