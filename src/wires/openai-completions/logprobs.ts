/** Log-probabilities of tokens: this wire's parallel lists <-> the hub's objects. */

import type { TokenLogprob } from '../../ground/chat-reply.ts'
import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'

/** Undefined when there are none. A token without a probability (the first of an echoed prompt) is left out. */
export function decodeLogprobs(value: Json | undefined): TokenLogprob[] | undefined {
  const lists = asObject(value)
  if (!lists || !Array.isArray(lists.tokens)) return undefined
  const logprobs = asArray(lists.token_logprobs)
  const tops = asArray(lists.top_logprobs)
  const tokens = lists.tokens.flatMap((entry, index): TokenLogprob[] => {
    const token = asString(entry)
    const logprob = asNumber(logprobs[index])
    if (token === undefined || logprob === undefined) return []
    const top = asObject(tops[index])
    return [{ token, logprob, ...(top && { top: decodeTop(top) }) }]
  })
  return tokens.length > 0 ? tokens : undefined
}

function decodeTop(top: JsonObject): NonNullable<TokenLogprob['top']> {
  return Object.entries(top).map(([token, logprob]) => ({ token, logprob: asNumber(logprob) ?? 0 }))
}

/** `offset` is where the first token stands in the text. */
export function encodeLogprobs(tokens: readonly TokenLogprob[], offset: number): JsonObject {
  let at = offset
  const offsets = tokens.map(({ token }) => {
    const start = at
    at += token.length
    return start
  })
  return {
    text_offset: offsets,
    token_logprobs: tokens.map(({ logprob }) => logprob),
    tokens: tokens.map(({ token }) => token),
    top_logprobs: tokens.map(({ top }) =>
      top ? Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])) : null,
    ),
  }
}
