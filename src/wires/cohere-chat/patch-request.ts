/** The fields to overwrite when a client's own body passes through to a provider of the same wire. */

import { asNumber, type Json, type JsonObject } from '../../ground/json.ts'
import type { RequestPatch } from '../wire.ts'

/** The model, and the output limit where policy allows less than the client asked for. Usage always comes unasked. */
export function patchRequest(
  body: JsonObject,
  { model, maxOutputTokens }: RequestPatch,
): { fields: Record<string, Json>; askedUsage: boolean } {
  const fields: Record<string, Json> = { model }
  const given = asNumber(body.max_tokens)
  if (maxOutputTokens !== undefined && (given === undefined || given > maxOutputTokens))
    fields.max_tokens = maxOutputTokens
  return { fields, askedUsage: false }
}
