/** Limits, sampling, thinking, output format and the like -> fields of a request. */

import type { ChatCall, ReasoningEffort, ResponseFormat } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import { BUDGET_OF_EFFORT } from '../anthropic-messages/effort.ts'
import { LOGPROBS } from './decode-settings.ts'
import type { EncodeContext } from './encode-context.ts'

/** Settings that the API has not, with the name their client knows them by. */
const ABSENT = [
  ['topK', 'top_k'],
  ['minP', 'min_p'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['presencePenalty', 'presence_penalty'],
  ['seed', 'seed'],
  ['stop', 'stop'],
  ['logitBias', 'logit_bias'],
] as const satisfies readonly (readonly [keyof ChatCall, string])[]

/** OpenAI refuses a limit below this. */
const SMALLEST_LIMIT = 16

/** Everything of a request but its input and tools; what has no field here is told as lost. */
export function encodeSettings(call: ChatCall, context: EncodeContext): JsonObject {
  const { losses, native } = context
  for (const [field, name] of ABSENT)
    if (call[field] !== undefined) losses.dropped(name, `The Responses API has no ${name} setting.`)
  if (call.choices !== undefined && call.choices > 1) losses.dropped('n', 'The Responses API gives one answer a call.')
  const reasoning = encodeReasoning(call, context)
  const include = [
    ...(call.logprobs ? [LOGPROBS] : []),
    // What was thought must come back to the provider for the next turn, and nothing is stored there.
    ...(reasoning && !native ? ['reasoning.encrypted_content'] : []),
  ]
  const format = encodeFormat(call.format, context)
  return compact({
    max_output_tokens: encodeLimit(call.maxOutputTokens, context),
    temperature: call.temperature,
    top_p: call.topP,
    top_logprobs: call.logprobs && call.logprobs.top > 0 ? call.logprobs.top : undefined,
    include: include.length > 0 ? include : undefined,
    text: format && { format },
    reasoning,
    user: call.user,
    metadata: call.metadata,
    service_tier: encodeServiceTier(call, context),
    // Other wires' providers keep nothing, and their clients never asked for it.
    store: native ? undefined : false,
  })
}

function encodeLimit(limit: number | undefined, { native, losses }: EncodeContext): number | undefined {
  if (limit === undefined || native || limit >= SMALLEST_LIMIT) return limit
  losses.changed('max_tokens', `The Responses API takes no limit below ${SMALLEST_LIMIT}; ${limit} was sent as that.`)
  return SMALLEST_LIMIT
}

function encodeFormat(format: ResponseFormat | undefined, context: EncodeContext): JsonObject | undefined {
  const { quirks, losses, native } = context
  if (!format) return undefined
  if (format.type === 'text') return native ? { type: 'text' } : undefined
  if (quirks.structuredOutput === 'none') {
    losses.dropped('response_format', 'This provider has no JSON mode; ask for JSON in the prompt.')
    return undefined
  }
  if (format.type === 'json') return { type: 'json_object' }
  if (quirks.structuredOutput === 'json') {
    losses.changed('response_format', 'This provider takes no JSON schema; it was asked for any JSON object.')
    return { type: 'json_object' }
  }
  // OpenAI demands a name; a client of this wire knows what its provider demands.
  const { name = native ? undefined : 'response', description, schema, strict } = format
  return compact({ type: 'json_schema', name, description, schema, strict })
}

/** Efforts above `high` from other wires are sent as `high`, which every thinking model knows. */
function encodeReasoning({ reasoning }: ChatCall, { native, quirks, losses }: EncodeContext): JsonObject | undefined {
  if (!reasoning) return undefined
  const { effort, budgetTokens } = reasoning
  if (native) return effort && { effort }
  if (quirks.reasoningRequest === 'none') {
    losses.dropped('reasoning_effort', 'This provider cannot be told how much to think.')
    return undefined
  }
  if (effort === 'none') {
    // Models that cannot think refuse the field altogether, and `none` is only known to the newest that can.
    losses.changed('thinking', 'Nothing was said about thinking: not every model of this API can be told not to.')
    return undefined
  }
  if (effort !== undefined) {
    const word: ReasoningEffort = effort === 'xhigh' || effort === 'max' ? 'high' : effort
    if (word !== effort) losses.changed('thinking', `Effort "${effort}" was sent as "${word}".`)
    return { effort: word, ...SHOWN }
  }
  if (budgetTokens !== undefined) {
    const word = (['low', 'medium'] as const).find((step) => budgetTokens <= BUDGET_OF_EFFORT[step]) ?? 'high'
    losses.changed('thinking', `A thinking budget of ${budgetTokens} tokens was sent as effort "${word}".`)
    return { effort: word, ...SHOWN }
  }
  losses.changed('thinking', 'The provider was left to decide how much to think.')
  return { ...SHOWN }
}

/** Apps of other wires that ask for thinking see it at their own providers; here it must be asked for. */
const SHOWN = { summary: 'auto' } as const

/** Tiers of other wires that have a counterpart here; Chat Completions has the same ones. */
const TIER_OF: Readonly<Record<string, string>> = { auto: 'auto', standard_only: 'default' }

function encodeServiceTier(
  { serviceTier: tier, extras }: ChatCall,
  { native, losses }: EncodeContext,
): string | undefined {
  if (tier === undefined || native || extras?.wire === 'openai-chat') return tier
  const own = Object.hasOwn(TIER_OF, tier) ? TIER_OF[tier] : undefined
  if (own === undefined) losses.dropped('service_tier', `The Responses API has no service tier "${tier}".`)
  else if (own !== tier) losses.changed('service_tier', `Service tier "${tier}" was sent as "${own}".`)
  return own
}
