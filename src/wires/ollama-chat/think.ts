/** `think` of a request <-> the hub's reasoning request. */

import type { ChatCall, ReasoningEffort, ReasoningRequest } from '../../ground/chat-call.ts'
import { asString, type JsonObject } from '../../ground/json.ts'
import { lookUp } from '../look-up.ts'
import type { Losses } from '../losses.ts'
import type { Problems } from '../problems.ts'

const EFFORT_OF: Readonly<Record<string, ReasoningEffort>> = { low: 'low', medium: 'medium', high: 'high', max: 'max' }

const LEVEL_OF: Readonly<Record<Exclude<ReasoningEffort, 'none'>, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'max',
}

/** True leaves the amount to the model; a word is a level. */
export function decodeThink(body: JsonObject, problems: Problems): ReasoningRequest | undefined {
  const { think } = body
  if (think === undefined || think === null || think === '') return undefined
  if (think === true) return { adaptive: true }
  if (think === false) return { effort: 'none' }
  const effort = lookUp(EFFORT_OF, asString(think))
  if (!effort) problems.report('think', 'must be true, false, "low", "medium", "high" or "max"')
  return effort && { effort }
}

/** As a field to spread. A budget of tokens has no form here: the model is only told to think. */
export function encodeThink({ reasoning }: ChatCall, losses: Losses): JsonObject {
  if (!reasoning) return {}
  const { effort, budgetTokens } = reasoning
  if (effort === 'none') return { think: false }
  if (budgetTokens !== undefined)
    losses.changed('thinking', `The provider was told to think, but not that ${budgetTokens} tokens are for it.`)
  if (effort === undefined) return { think: true }
  const level = LEVEL_OF[effort]
  if (level !== effort) losses.changed('thinking', `Effort "${effort}" was sent as "${level}".`)
  return { think: level }
}
