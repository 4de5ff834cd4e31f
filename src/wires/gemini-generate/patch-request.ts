/** The fields to overwrite when a client's own body passes through to a provider of the same wire. */

import { asNumber, asObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { RequestPatch } from '../wire.ts'

/** The model stands in the path. Policy may lower the output limit, under the name that the client gave its settings. */
export function patchRequest(
  body: JsonObject,
  { maxOutputTokens }: RequestPatch,
): { fields: Record<string, Json>; askedUsage: boolean } {
  if (maxOutputTokens === undefined) return { fields: {}, askedUsage: false }
  const name =
    body.generationConfig === undefined && body.generation_config !== undefined
      ? 'generation_config'
      : 'generationConfig'
  const config = asObject(body[name]) ?? {}
  const limit =
    config.maxOutputTokens === undefined && config.max_output_tokens !== undefined
      ? 'max_output_tokens'
      : 'maxOutputTokens'
  const given = asNumber(config[limit])
  const fields: Record<string, Json> =
    given === undefined || given > maxOutputTokens ? { [name]: { ...config, [limit]: maxOutputTokens } } : {}
  return { fields, askedUsage: false }
}
