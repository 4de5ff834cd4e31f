/** The hub's limits and sampling settings -> `inferenceConfig`; what it has no setting for is told. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { EncodeContext } from './encode-context.ts'

/** Settings that this API has not, with the name their client knows them by. */
const ABSENT = [
  ['minP', 'min_p'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['presencePenalty', 'presence_penalty'],
  ['seed', 'seed'],
  ['logprobs', 'logprobs'],
  ['logitBias', 'logit_bias'],
  ['user', 'user'],
] as const satisfies readonly (readonly [keyof ChatCall, string])[]

export interface InferenceRules {
  /** A thinking budget is on, which forbids most sampling settings. */
  readonly thinks: boolean
  /** The model refuses temperature and top-p together. */
  readonly oneSampling: boolean
  /** The output limit for a call that has none. */
  readonly maxTokens: number | undefined
}

/** Undefined when there is nothing to say: then the model's own defaults hold. */
export function encodeInference(call: ChatCall, rules: InferenceRules, context: EncodeContext): JsonObject | undefined {
  const { losses, native } = context
  for (const [field, name] of ABSENT)
    if (call[field] !== undefined) losses.dropped(name, `The Converse API has no ${name} setting.`)
  if (call.choices !== undefined && call.choices > 1) losses.dropped('n', 'The Converse API gives one answer a call.')
  const config: JsonObject = compact({
    maxTokens: call.maxOutputTokens ?? rules.maxTokens,
    ...(native ? { temperature: call.temperature, topP: call.topP } : foreignSampling(call, rules, context)),
    stopSequences: encodeStop(call.stop, context),
  })
  return Object.keys(config).length > 0 ? config : undefined
}

function foreignSampling(call: ChatCall, rules: InferenceRules, { losses }: EncodeContext): JsonObject {
  const { temperature, topP } = call
  const sampling: JsonObject = {}
  if (temperature !== undefined && rules.thinks && temperature !== 1)
    losses.dropped('temperature', 'This model takes no temperature while it thinks.')
  else if (temperature !== undefined && !rules.thinks) {
    sampling.temperature = Math.min(1, temperature)
    if (temperature > 1)
      losses.changed('temperature', `The Converse API goes up to 1; temperature ${temperature} was sent as 1.`)
  }
  if (topP === undefined) return sampling
  const together = rules.oneSampling && sampling.temperature !== undefined
  if (together || (rules.thinks && topP < 0.95))
    losses.dropped('top_p', 'This model does not take top_p together with temperature or thinking.')
  else sampling.topP = topP
  return sampling
}

function encodeStop(stop: readonly string[] | undefined, { losses, native }: EncodeContext): string[] | undefined {
  if (!stop || native) return stop && [...stop]
  const usable = stop.filter((word) => word.trim() !== '')
  if (usable.length < stop.length)
    losses.dropped('stop', 'The Converse API refuses stop sequences that are only white space.')
  return usable.length > 0 ? usable : undefined
}
