/** The fields to overwrite when a client's own body passes through to a provider of the same wire. */

import { asNumber, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { RequestPatch } from '../wire.ts'
import { carriedThinking } from './carried.ts'

/**
 * The model; the output limit where policy allows less than the client asked for; and the input where it holds thinking
 * of another API, which came to the client in an earlier turn and which no provider of this wire could decrypt.
 */
export function patchRequest(
  body: JsonObject,
  { model, maxOutputTokens }: RequestPatch,
): { fields: Record<string, Json>; askedUsage: boolean } {
  const fields: Record<string, Json> = { model }
  const own = asNumber(body.max_output_tokens)
  if (maxOutputTokens !== undefined && (own === undefined || own > maxOutputTokens))
    fields.max_output_tokens = maxOutputTokens
  if (Array.isArray(body.input) && body.input.some(isForeignThinking))
    fields.input = body.input.filter((item) => !isForeignThinking(item))
  return { fields, askedUsage: false }
}

function isForeignThinking(item: Json): boolean {
  if (!isObject(item) || item.type !== 'reasoning') return false
  return carriedThinking(asString(item.encrypted_content) ?? '') !== undefined
}
