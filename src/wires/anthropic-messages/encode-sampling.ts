/** The hub's sampling settings -> this wire's; what it has no setting for is told. */

import type { ChatCall } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { EncodeContext } from './encode-context.ts'

/** Settings that no Messages model has, with the name their client knows them by. */
const ABSENT = [
  ['minP', 'min_p'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['presencePenalty', 'presence_penalty'],
  ['seed', 'seed'],
  ['logprobs', 'logprobs'],
  ['logitBias', 'logit_bias'],
  ['metadata', 'metadata'],
] as const satisfies readonly (readonly [keyof ChatCall, string])[]

/** `thinks`: a thinking budget is on, which forbids temperature and top_k. */
export function encodeSampling(call: ChatCall, thinks: boolean, context: EncodeContext): JsonObject {
  const { losses, native } = context
  for (const [field, name] of ABSENT)
    if (call[field] !== undefined) losses.dropped(name, `The Messages API has no ${name} setting.`)
  if (call.choices !== undefined && call.choices > 1) losses.dropped('n', 'The Messages API gives one answer a call.')
  const stop = encodeStop(call.stop, context)
  const sampling = native ? ownSampling(call) : foreignSampling(call, thinks, context)
  return { ...sampling, ...(stop && { stop_sequences: stop }) }
}

function ownSampling(call: ChatCall): JsonObject {
  return {
    ...(call.temperature !== undefined && { temperature: call.temperature }),
    ...(call.topP !== undefined && { top_p: call.topP }),
    ...(call.topK !== undefined && { top_k: call.topK }),
  }
}

function foreignSampling(call: ChatCall, thinks: boolean, { losses }: EncodeContext): JsonObject {
  const sampling: JsonObject = {}
  if (thinks) {
    if (call.temperature !== undefined && call.temperature !== 1)
      losses.dropped('temperature', 'The Messages API takes no temperature while the model thinks.')
    if (call.topK !== undefined) losses.dropped('top_k', 'The Messages API takes no top_k while the model thinks.')
  } else {
    if (call.temperature !== undefined) sampling.temperature = Math.min(1, call.temperature)
    if (call.topK !== undefined) sampling.top_k = call.topK
  }
  if (!thinks && call.temperature !== undefined && call.temperature > 1)
    losses.changed('temperature', `The Messages API goes up to 1; temperature ${call.temperature} was sent as 1.`)
  if (call.topP === undefined) return sampling
  // Newer models refuse a call with both; OpenAI clients often send both.
  const thinkingAllows = !thinks || call.topP >= 0.95
  if (sampling.temperature === undefined && thinkingAllows) sampling.top_p = call.topP
  else losses.dropped('top_p', 'The Messages API does not take top_p together with temperature or thinking.')
  return sampling
}

function encodeStop(stop: readonly string[] | undefined, { losses, native }: EncodeContext): string[] | undefined {
  if (!stop || native) return stop && [...stop]
  const usable = stop.filter((word) => word.trim() !== '')
  if (usable.length < stop.length)
    losses.dropped('stop', 'The Messages API refuses stop sequences that are only white space.')
  return usable.length > 0 ? usable : undefined
}
