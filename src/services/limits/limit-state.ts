/** How much is left of a hard limit, as rate-limit headers tell it. */

import type { RateLimitState } from '../../wires/wire.ts'
import type { CounterOfLimit } from './limit-terms.ts'

export type LimitState = RateLimitState

const UNITS = {
  requests: 'requests',
  tokens: 'tokens',
  input_tokens: 'input-tokens',
  output_tokens: 'output-tokens',
} as const

/** Undefined for limits that headers have no words for: money, calls at the same moment, and what refuses nothing. */
export function limitState({ limit, amount, window }: CounterOfLimit, remaining: number): LimitState | undefined {
  if (limit.enforce !== 'hard' || limit.measure === 'usd' || limit.measure === 'concurrent') return undefined
  return { unit: UNITS[limit.measure], amount, remaining: Math.max(0, Math.floor(remaining)), resetAtMs: window.endMs }
}

/** Of several limits in one unit the one with the least left speaks. */
export function tightest(states: readonly LimitState[]): LimitState[] {
  const byUnit = new Map<string, LimitState>()
  for (const state of states) {
    const known = byUnit.get(state.unit)
    if (!known || state.remaining < known.remaining) byUnit.set(state.unit, state)
  }
  return [...byUnit.values()]
}
