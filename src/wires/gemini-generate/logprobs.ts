/** `logprobsResult` <-> the hub's log-probabilities. */

import type { TokenLogprob } from '../../ground/chat-reply.ts'
import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'

/** Undefined when there are none. */
export function decodeLogprobs(value: Json | undefined): TokenLogprob[] | undefined {
  const result = asObject(value)
  const chosen = asArray(result?.chosenCandidates)
  if (chosen.length === 0) return undefined
  const tops = asArray(result?.topCandidates)
  return chosen.map((entry, index) => ({
    ...token(entry),
    top: asArray(asObject(tops[index])?.candidates).map(token),
  }))
}

export function encodeLogprobs(tokens: readonly TokenLogprob[]): JsonObject {
  return {
    chosenCandidates: tokens.map(({ token: text, logprob }) => ({ token: text, logProbability: logprob })),
    topCandidates: tokens.map(({ top = [] }) => ({
      candidates: top.map(({ token: text, logprob }) => ({ token: text, logProbability: logprob })),
    })),
  }
}

function token(entry: Json): { token: string; logprob: number } {
  const object = asObject(entry)
  return { token: asString(object?.token) ?? '', logprob: asNumber(object?.logProbability) ?? 0 }
}
