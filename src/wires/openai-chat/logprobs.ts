/** Log-probabilities of tokens: this wire's objects <-> the hub's. */

import type { TokenLogprob } from '../../ground/chat-reply.ts'
import { asArray, asNumber, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'

/** Undefined when there is no list. */
export function decodeLogprobs(value: Json | undefined): TokenLogprob[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.filter(isObject).map((entry) => ({
    ...decodeToken(entry),
    ...(Array.isArray(entry.top_logprobs) && { top: entry.top_logprobs.filter(isObject).map(decodeToken) }),
  }))
}

function decodeToken(entry: JsonObject): Omit<TokenLogprob, 'top'> {
  const { bytes } = entry
  const numbers = Array.isArray(bytes) ? asArray(bytes).filter((byte) => typeof byte === 'number') : undefined
  return {
    token: asString(entry.token) ?? '',
    logprob: asNumber(entry.logprob) ?? 0,
    ...(numbers && { bytes: numbers }),
    ...(bytes === null && { bytes: null }),
  }
}

export function encodeLogprobs(tokens: readonly TokenLogprob[]): JsonObject[] {
  return tokens.map(({ top, ...token }) => ({
    ...encodeToken(token),
    top_logprobs: (top ?? []).map(encodeToken),
  }))
}

function encodeToken({ token, logprob, bytes }: Omit<TokenLogprob, 'top'>): JsonObject {
  return { token, logprob, bytes: bytes ?? null }
}
