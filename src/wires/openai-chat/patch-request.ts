/** The fields to overwrite when a client's own body passes through to a provider of the same wire. */

import { asNumber, asObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Quirks } from '../quirks.ts'
import type { RequestPatch } from '../wire.ts'

/**
 * The model; usage in the stream where it comes only on request and the client did not ask; and the output limit where
 * policy allows less than the client asked for, under the name the client gave it.
 */
export function patchRequest(
  body: JsonObject,
  { model, maxOutputTokens }: RequestPatch,
  quirks: Quirks,
): { fields: Record<string, Json>; askedUsage: boolean } {
  const fields: Record<string, Json> = { model }
  const options = asObject(body.stream_options)
  const askedUsage = body.stream === true && quirks.streamUsage === 'on-request' && options?.include_usage !== true
  if (askedUsage) fields.stream_options = { ...options, include_usage: true }
  if (maxOutputTokens !== undefined) Object.assign(fields, lowered(body, maxOutputTokens, quirks))
  return { fields, askedUsage }
}

function lowered(body: JsonObject, limit: number, { maxTokensField }: Quirks): Record<string, Json> {
  const fields: Record<string, Json> = {}
  const given = LIMIT_FIELDS.filter((field) => asNumber(body[field]) !== undefined)
  for (const field of given) {
    const asked = asNumber(body[field]) ?? 0
    // Some servers take zero and below for without end.
    if (asked > limit || asked <= 0) fields[field] = limit
  }
  return given.length > 0 ? fields : { [maxTokensField]: limit }
}

const LIMIT_FIELDS = ['max_tokens', 'max_completion_tokens'] as const
