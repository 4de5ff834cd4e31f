/** A provider's rerank reply -> the hub's reply. */

import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asNumber, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { RerankReply } from '../../ground/tasks.ts'
import { errorOfBody } from '../openai-chat/decode-error.ts'
import { decodeUsage } from './usage.ts'

/** A list of results (`data` at Voyage, bare at TEI) is a reply; everything else is an error, whatever it says. */
export function resultsOf(body: Json): Json[] | undefined {
  if (Array.isArray(body)) return body
  if (!isObject(body) || (body.error !== undefined && body.error !== null)) return undefined
  if (Array.isArray(body.results)) return body.results
  return Array.isArray(body.data) ? body.data : undefined
}

/** Best first, as every vendor sends them; where one does not, they are sorted. */
export function decodeReply(body: Json): Result<RerankReply, GatewayError> {
  const entries = resultsOf(body)
  if (!entries) return err(errorOfBody(body, undefined))
  const results: { index: number; score: number; document?: string }[] = []
  for (const entry of entries) {
    const result = isObject(entry) ? decodeResult(entry) : undefined
    if (!result) return err(unreadable(results.length))
    results.push(result)
  }
  results.sort((a, b) => b.score - a.score)
  const fields = asObject(body) ?? {}
  return ok(
    compact({
      id: asString(fields.id) || undefined,
      model: asString(fields.model) ?? '',
      results,
      usage: decodeUsage(fields),
    }),
  )
}

function decodeResult(entry: JsonObject) {
  const index = asNumber(entry.index)
  const score = asNumber(entry.relevance_score) ?? asNumber(entry.score)
  if (index === undefined || score === undefined) return undefined
  return compact({ index, score, document: documentOf(entry.document) ?? asString(entry.text) })
}

function documentOf(document: Json | undefined): string | undefined {
  if (!isObject(document)) return asString(document)
  return asString(document.text) ?? JSON.stringify(document)
}

function unreadable(index: number): GatewayError {
  return gatewayError('upstream-error', `results[${index}] of the provider's reply has no index and relevance_score.`, {
    origin: 'upstream',
  })
}
