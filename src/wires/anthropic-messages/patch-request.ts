/** The fields to overwrite when a client's own body passes through to a provider of the same wire. */

import { asNumber, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { RequestPatch } from '../wire.ts'
import { SMALLEST_BUDGET } from './effort.ts'

/**
 * The model, and `max_tokens` where policy allows less than the client asked for. A thinking budget that no longer fits
 * under the lowered limit goes down with it, since the provider would refuse the call.
 */
export function patchRequest(
  body: JsonObject,
  { model, maxOutputTokens }: RequestPatch,
): { fields: Record<string, Json>; askedUsage: boolean } {
  const fields: Record<string, Json> = { model }
  const asked = asNumber(body.max_tokens)
  if (maxOutputTokens !== undefined && (asked === undefined || asked > maxOutputTokens)) {
    fields.max_tokens = maxOutputTokens
    const thinking = thinkingUnder(body.thinking, maxOutputTokens)
    if (thinking) fields.thinking = thinking
  }
  return { fields, askedUsage: false }
}

function thinkingUnder(thinking: Json | undefined, limit: number): JsonObject | undefined {
  if (!isObject(thinking) || thinking.type !== 'enabled') return undefined
  if ((asNumber(thinking.budget_tokens) ?? 0) < limit) return undefined
  return limit > SMALLEST_BUDGET ? { ...thinking, budget_tokens: limit - 1 } : { type: 'disabled' }
}
