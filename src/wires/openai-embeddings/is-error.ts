/** Whether a body that came with status 200 is no embeddings reply. */

import { isObject, type Json } from '../../ground/json.ts'

/** A list of entries, bare or in `data`, is a reply; everything else is an error, whatever it says. */
export function isError(body: Json): boolean {
  if (Array.isArray(body)) return false
  return !isObject(body) || !Array.isArray(body.data) || (body.error !== undefined && body.error !== null)
}
