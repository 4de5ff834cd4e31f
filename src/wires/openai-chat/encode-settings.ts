/** Limits, sampling, output format and the like -> fields of a request. */

import type { ChatCall, ResponseFormat } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import { lookUp } from '../look-up.ts'
import type { EncodeContext } from './encode-context.ts'

export function encodeSettings(call: ChatCall, context: EncodeContext): JsonObject {
  return compact({
    [context.quirks.maxTokensField]: call.maxOutputTokens,
    temperature: call.temperature,
    top_p: call.topP,
    ...encodeRareSampling(call, context),
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    seed: call.seed,
    stop: call.stop,
    n: call.choices,
    logprobs: call.logprobs && true,
    top_logprobs: call.logprobs && call.logprobs.top > 0 ? call.logprobs.top : undefined,
    logit_bias: call.logitBias,
    response_format: encodeFormat(call.format, context),
    user: call.user,
    metadata: call.metadata,
    service_tier: encodeServiceTier(call.serviceTier, context),
  })
}

/** `top_k` and `min_p` are no part of the API, and OpenAI refuses them: only who wrote them on this wire knows better. */
function encodeRareSampling({ topK, minP }: ChatCall, { native, losses }: EncodeContext): JsonObject {
  if (native) return { top_k: topK, min_p: minP }
  if (topK !== undefined) losses.dropped('top_k', 'The Chat Completions API has no top_k.')
  if (minP !== undefined) losses.dropped('min_p', 'The Chat Completions API has no min_p.')
  return {}
}

function encodeFormat(format: ResponseFormat | undefined, context: EncodeContext): JsonObject | undefined {
  const { quirks, losses } = context
  if (!format) return undefined
  if (format.type === 'text') return context.native ? { type: 'text' } : undefined
  if (quirks.structuredOutput === 'none') {
    losses.dropped('response_format', 'This provider has no JSON mode; ask for JSON in the prompt.')
    return undefined
  }
  if (format.type === 'json') return { type: 'json_object' }
  if (quirks.structuredOutput === 'json') {
    losses.changed('response_format', 'This provider takes no JSON schema; it was asked for any JSON object.')
    return { type: 'json_object' }
  }
  // OpenAI demands a name; a client of its own wire knows what its provider demands.
  const { name = context.native ? undefined : 'response', description, schema, strict } = format
  return { type: 'json_schema', json_schema: compact({ name, description, schema, strict }) }
}

/** Tiers of other wires that have a counterpart here. */
const TIER_OF: Readonly<Record<string, string>> = { auto: 'auto', standard_only: 'default' }

function encodeServiceTier(tier: string | undefined, { native, losses }: EncodeContext): string | undefined {
  if (tier === undefined || native) return tier
  const own = lookUp(TIER_OF, tier)
  if (own === undefined) losses.dropped('service_tier', `The Chat Completions API has no service tier "${tier}".`)
  else if (own !== tier) losses.changed('service_tier', `Service tier "${tier}" was sent as "${own}".`)
  return own
}
