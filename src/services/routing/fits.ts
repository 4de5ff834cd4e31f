/** Whether a call is one that a target is for. */

import type { TargetCondition } from '../../config/revision.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import type { Tags } from '../../ground/tags.ts'

/** What conditions look at. */
export interface ConditionedCall {
  readonly team: string
  readonly tags: Tags | undefined
  readonly stream: boolean
  readonly body: JsonObject
  /** Estimated tokens of the request; asked for only where a condition needs it. */
  inputTokens(): number
}

/** All that the condition says holds. */
export function fits(condition: TargetCondition | undefined, call: ConditionedCall): boolean {
  if (!condition) return true
  const { teams, stream, tags = {}, parameters = {}, minInputTokens, maxInputTokens } = condition
  if (teams && !teams.includes(call.team)) return false
  if (stream !== undefined && stream !== call.stream) return false
  for (const [name, values] of Object.entries(tags)) {
    const value = call.tags && Object.hasOwn(call.tags, name) ? call.tags[name] : undefined
    if (value === undefined || !values.includes(value)) return false
  }
  for (const [name, values] of Object.entries(parameters)) {
    const value: Json | undefined = Object.hasOwn(call.body, name) ? call.body[name] : undefined
    if (!values.some((each) => each === value)) return false
  }
  if (minInputTokens === undefined && maxInputTokens === undefined) return true
  const tokens = call.inputTokens()
  return tokens >= (minInputTokens ?? 0) && tokens <= (maxInputTokens ?? Number.POSITIVE_INFINITY)
}
