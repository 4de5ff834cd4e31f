/** How much thinking an effort word buys: the table between words and token budgets. */

import type { ReasoningEffort } from '../../ground/chat-call.ts'

/** Tokens of thinking for each effort; the provider takes no budget under 1,024. */
export const BUDGET_OF_EFFORT: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 49_152,
}

export const SMALLEST_BUDGET = 1024

/** The words `output_config.effort` knows. */
export const EFFORT_WORD: Readonly<Record<Exclude<ReasoningEffort, 'none'>, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
}
