/** Counts of a reply's last line <-> the hub's units. */

import type { JsonObject } from '../../ground/json.ts'
import { totalInput, totalOutput, type Usage } from '../../ground/usage.ts'
import { statedCount } from '../task-tap.ts'

/**
 * Undefined when nothing was counted. A prompt that was still in memory is not evaluated, and older servers then leave its
 * count out; thinking is part of what was generated, and not told apart.
 */
export function decodeUsage(body: JsonObject): Usage | undefined {
  const input = statedCount(body.prompt_eval_count)
  const output = statedCount(body.eval_count)
  if (input === undefined && output === undefined) return undefined
  return { ...(input !== undefined && { input }), ...(output !== undefined && { output }) }
}

/** As fields to spread; what nobody counted is left out. */
export function encodeUsage(usage: Usage | undefined): JsonObject {
  if (!usage) return {}
  const input = totalInput(usage)
  const output = totalOutput(usage)
  return {
    ...((input > 0 || usage.input !== undefined) && { prompt_eval_count: input }),
    ...((output > 0 || usage.output !== undefined) && { eval_count: output }),
  }
}
