/** The hub's call -> a Completions request body. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import { applyExtras } from '../openai-chat/extras.ts'
import type { Quirks } from '../quirks.ts'
import { encodePrompt } from './encode-prompt.ts'
import { WIRE } from './wire-name.ts'

/** Settings that the API has not, with the name their client knows them by. */
const ABSENT = [
  ['tools', 'tools'],
  ['toolChoice', 'tool_choice'],
  ['reasoning', 'reasoning_effort'],
  ['metadata', 'metadata'],
  ['serviceTier', 'service_tier'],
] as const satisfies readonly (readonly [keyof ChatCall, string])[]

/** The limit for a client of another wire that set none: this API would stop after 16 tokens. */
const FALLBACK_MAX_TOKENS = 1024

/** A call of this wire goes out as the client wrote it; what another wire's asks beyond a prompt is told as lost. */
export function encodeRequest(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const native = call.extras?.wire === WIRE
  for (const [field, name] of ABSENT)
    if (call[field] !== undefined) losses.dropped(name, `The Completions API has no ${name}.`)
  if (call.format && call.format.type !== 'text')
    losses.dropped('response_format', 'The Completions API has no JSON mode; ask for JSON in the prompt.')
  const body: JsonObject = compact({
    model: call.model,
    prompt: encodePrompt(call, losses),
    max_tokens: native ? call.maxOutputTokens : encodeLimit(call, quirks, losses),
    temperature: call.temperature,
    top_p: call.topP,
    ...rareSampling(call, native, losses),
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    seed: call.seed,
    stop: call.stop,
    n: call.choices,
    logprobs: call.logprobs?.top,
    logit_bias: call.logitBias,
    user: call.user,
    stream: call.stream || undefined,
    stream_options: call.stream && quirks.streamUsage === 'on-request' ? { include_usage: true } : undefined,
  })
  if (native && call.extras) applyExtras(body, call.extras.fields)
  else
    for (const field of Object.keys(call.extras?.fields ?? {}))
      losses.dropped(field, `The Completions API has no field ${field}.`)
  for (const field of quirks.unsupportedFields) {
    if (body[field] === undefined) continue
    delete body[field]
    losses.dropped(field, `This provider does not take ${field}.`)
  }
  return { value: body, warnings: losses.warnings }
}

function encodeLimit({ maxOutputTokens }: ChatCall, quirks: Quirks, losses: Losses): number {
  if (maxOutputTokens !== undefined) return maxOutputTokens
  const limit = quirks.defaultMaxTokens ?? FALLBACK_MAX_TOKENS
  losses.changed(
    'max_tokens',
    `The Completions API stops after 16 tokens unless told otherwise; ${limit} were allowed.`,
  )
  return limit
}

/** `top_k` and `min_p` are no part of the API: only who wrote them on this wire knows better. */
function rareSampling({ topK, minP }: ChatCall, native: boolean, losses: Losses): JsonObject {
  if (native) return { top_k: topK, min_p: minP }
  if (topK !== undefined) losses.dropped('top_k', 'The Completions API has no top_k.')
  if (minP !== undefined) losses.dropped('min_p', 'The Completions API has no min_p.')
  return {}
}
