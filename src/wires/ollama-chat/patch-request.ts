/** The fields to overwrite when a client's own body passes through to a server of the same wire. */

import { asNumber, asObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { RequestPatch } from '../wire.ts'

/** The model, and the output limit where policy allows less than the client asked for. Usage always comes unasked. */
export function patchRequest(
  body: JsonObject,
  { model, maxOutputTokens }: RequestPatch,
): { fields: Record<string, Json>; askedUsage: boolean } {
  const fields: Record<string, Json> = { model }
  if (maxOutputTokens !== undefined) {
    const options = asObject(body.options) ?? {}
    const given = asNumber(options.num_predict)
    // Below zero means without end.
    if (given === undefined || given < 0 || given > maxOutputTokens)
      fields.options = { ...options, num_predict: maxOutputTokens }
  }
  return { fields, askedUsage: false }
}
