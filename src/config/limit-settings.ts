/** A limit as the revision holds it: amount, measure, scope, window and what happens at the end of it. */

import type { WindowRule } from '../ground/calendar-window.ts'

export const LIMIT_MEASURES = ['requests', 'input_tokens', 'output_tokens', 'tokens', 'usd', 'concurrent'] as const
export type LimitMeasure = (typeof LIMIT_MEASURES)[number]

/** Whose calls share one counter. */
export type LimitScope = 'key' | 'user' | 'team' | 'organisation' | 'route' | 'model' | 'tag'

export interface LimitSettings {
  /** Names the limit in counters and messages: `standard/usd/day/team`. The amount is no part of it, so that raising one goes on counting. */
  readonly id: string
  readonly measure: LimitMeasure
  /** Calls, tokens, or nano-dollars. */
  readonly amount: number
  readonly per: LimitScope
  /** The tag's name, when the scope is one. */
  readonly tag?: string
  /** Undefined for calls at the same moment. */
  readonly window?: WindowRule
  /** `hard` refuses, `soft` warns, `shadow` only counts. */
  readonly enforce: 'hard' | 'soft' | 'shadow'
  /** Shares of the amount, in percent, ascending. */
  readonly alertPercent?: readonly number[]
  readonly untilMs?: number
  readonly override?: { readonly amount: number; readonly untilMs: number }
}

/** What a hard limit on money does with a model without a price. */
export interface AssumedPrice {
  /** Pico-dollars a token, as in the price book. */
  readonly inputPico: number
  readonly outputPico: number
}

/** The amount that holds at a moment; undefined once the limit itself is over. */
export function amountAt(limit: LimitSettings, atMs: number): number | undefined {
  if (limit.untilMs !== undefined && atMs >= limit.untilMs) return undefined
  return limit.override && atMs < limit.override.untilMs ? limit.override.amount : limit.amount
}
