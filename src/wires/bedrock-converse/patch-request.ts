/** The fields to overwrite when a client's own body passes through to a provider of the same wire. */

import { asNumber, asObject, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { SMALLEST_BUDGET } from '../anthropic-messages/effort.ts'
import type { RequestPatch } from '../wire.ts'
import { MODEL_FIELDS } from './decode-model-fields.ts'

/**
 * The output limit where policy allows less than the client asked for; the model is in the URL. A thinking budget that no
 * longer fits under the lowered limit goes down with it, since the provider would refuse the call.
 */
export function patchRequest(
  body: JsonObject,
  { maxOutputTokens }: RequestPatch,
): { fields: Record<string, Json>; askedUsage: boolean } {
  const fields: Record<string, Json> = {}
  const config = asObject(body.inferenceConfig)
  const asked = asNumber(config?.maxTokens)
  if (maxOutputTokens !== undefined && (asked === undefined || asked > maxOutputTokens)) {
    fields.inferenceConfig = { ...config, maxTokens: maxOutputTokens }
    const modelFields = thinkingUnder(body[MODEL_FIELDS], maxOutputTokens)
    if (modelFields) fields[MODEL_FIELDS] = modelFields
  }
  return { fields, askedUsage: false }
}

function thinkingUnder(given: Json | undefined, limit: number): JsonObject | undefined {
  if (!isObject(given)) return undefined
  let changed: JsonObject | undefined
  for (const name of ['thinking', 'reasoning_config']) {
    const thinking = given[name]
    if (!isObject(thinking) || thinking.type !== 'enabled' || (asNumber(thinking.budget_tokens) ?? 0) < limit) continue
    const fitting = limit > SMALLEST_BUDGET ? { ...thinking, budget_tokens: limit - 1 } : { type: 'disabled' }
    changed = { ...given, ...changed, [name]: fitting }
  }
  return changed
}
