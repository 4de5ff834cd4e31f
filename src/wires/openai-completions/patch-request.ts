/** The fields to overwrite when a client's own body passes through to a provider of the same wire. */

import type { Json, JsonObject } from '../../ground/json.ts'
import { patchRequest as patchChatRequest } from '../openai-chat/patch-request.ts'
import type { Quirks } from '../quirks.ts'
import type { RequestPatch } from '../wire.ts'

/**
 * As in Chat Completions, with the one name that the limit has here. A client without a limit gets the policy's: what
 * stands for none is 16 tokens at OpenAI and no limit at others.
 */
export function patchRequest(
  body: JsonObject,
  patch: RequestPatch,
  quirks: Quirks,
): { fields: Record<string, Json>; askedUsage: boolean } {
  return patchChatRequest(body, patch, { ...quirks, maxTokensField: 'max_tokens' })
}
