/** Log-probabilities of pieces of text <-> the hub's tokens. */

import type { TokenLogprob } from '../../ground/chat-reply.ts'
import { asArray, asNumber, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'

/** A piece may be made of several tokens: their sum is its own. Undefined for none. The ids of tokens are not kept. */
export function decodeLogprobs(value: Json | undefined): TokenLogprob[] | undefined {
  const entries = isObject(value) ? [value] : asArray(value).filter(isObject)
  const tokens = entries.map((entry) => ({
    token: asString(entry.text) ?? '',
    logprob: asArray(entry.logprobs).reduce<number>((sum, each) => sum + (asNumber(each) ?? 0), 0),
  }))
  return tokens.length > 0 ? tokens : undefined
}

/** Without ids, which are this provider's own. */
export function encodeLogprobs(tokens: readonly TokenLogprob[]): JsonObject[] {
  return tokens.map(({ token, logprob }) => ({ token_ids: [], text: token, logprobs: [logprob] }))
}
