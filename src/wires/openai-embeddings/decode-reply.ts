/** A provider's Embeddings reply -> the hub's reply. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asNumber, asObject, asString, isObject, type Json } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { EmbedReply } from '../../ground/tasks.ts'
import { errorOfBody } from '../openai-chat/decode-error.ts'
import type { Quirks } from '../quirks.ts'
import { decodeVector } from './base64-vectors.ts'
import { isError } from './is-error.ts'
import { decodeUsage } from './usage.ts'

/**
 * Vectors come as numbers or as base64, whatever was asked for, in the order of their `index`. llama.cpp's and TEI's own
 * servers answer with a bare list.
 */
export function decodeReply(body: Json, quirks: Quirks): Result<EmbedReply, GatewayError> {
  if (isError(body)) return err(errorOfBody(body, undefined))
  const fields = asObject(body) ?? {}
  const entries = Array.isArray(body) ? body : asArray(fields.data)
  const vectors: number[][] = []
  for (const entry of inOrder(entries)) {
    const vector = decodeEmbedding(isObject(entry) ? entry.embedding : entry, quirks)
    if (!vector) return err(unreadable(vectors.length))
    vectors.push(vector)
  }
  const usage = decodeUsage(fields.usage)
  return ok({ model: asString(fields.model) ?? '', vectors, ...(usage && { usage }) })
}

/** By `index`, if every entry has one of its own. */
function inOrder(entries: readonly Json[]): readonly Json[] {
  const indexes = entries.map((entry) => asNumber(asObject(entry)?.index))
  if (indexes.includes(undefined) || new Set(indexes).size < entries.length) return entries
  const place = new Map(entries.map((entry, at) => [entry, indexes[at] ?? 0]))
  return [...entries].sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))
}

function decodeEmbedding(value: Json | undefined, quirks: Quirks): number[] | undefined {
  if (typeof value === 'string') return decodeVector(value, quirks.embeddings?.vectorBytes ?? 'float32')
  if (!Array.isArray(value)) return undefined
  const [only] = value
  // llama.cpp's own endpoint gives a list of vectors for each input; it holds one unless pooling is off.
  const numbers = Array.isArray(only) && value.length === 1 ? only : value
  const vector = numbers.filter((number) => typeof number === 'number')
  return vector.length === numbers.length ? vector : undefined
}

function unreadable(index: number): GatewayError {
  return gatewayError(
    'upstream-error',
    `data[${index}].embedding of the provider's reply is neither one list of numbers nor base64 of 32-bit floats.`,
    { origin: 'upstream' },
  )
}
