/** A canary: a target that takes a growing share of a route's calls while evidence says that it is no worse. */

import type { Evidence } from './canary-evidence.ts'

export const CANARY_MEASURES = ['error_rate', 'latency', 'p95_latency', 'cost', 'guardrail_rate', 'feedback'] as const
export type CanaryMeasure = (typeof CANARY_MEASURES)[number]

/**
 * How much worse a canary may be: a difference of shares for `error_rate`, `guardrail_rate` and `feedback` (0.02 is two in a
 * hundred), a factor for `latency`, `p95_latency` and `cost` (1.5 is half as much again).
 */
export type CanaryRules = Partial<Readonly<Record<CanaryMeasure, number>>>

export interface CanaryTerms {
  readonly rules: CanaryRules
  /** Calls on each side below which nothing is concluded. */
  readonly minCalls: number
}

export interface CanaryPlan extends CanaryTerms {
  /** Of the target and all terms: another text is another canary, which starts from its first step. */
  readonly id: string
  /** Shares of the calls, rising, each above 0 and below 1; after the last comes everything. */
  readonly steps: readonly number[]
  /** The least time each step takes. */
  readonly stepMs: number
  /** `manual`: stays at its last step until an admin promotes it. */
  readonly promote: 'automatic' | 'manual'
}

export interface Finding {
  readonly measure: CanaryMeasure
  /** What the rule allows, and both sides as far as they can be told. */
  readonly allowed: number
  readonly champion: number | undefined
  readonly canary: number | undefined
  readonly verdict: 'worse' | 'no-worse' | 'open'
}

export type CanaryPhase = 'running' | 'paused' | 'promoted' | 'rolled-back'

export interface CanaryEvent {
  readonly atMs: number
  readonly what: 'started' | 'stepped' | 'promoted' | 'rolled-back' | 'paused' | 'resumed'
  /** Of the calls, from then on. */
  readonly share: number
  /** `evidence` or the id of the admin key that said so. */
  readonly by: string
  readonly calls: { readonly champion: number; readonly canary: number }
  readonly findings: readonly Finding[]
}

export interface CanaryState {
  readonly phase: CanaryPhase
  /** Index in `steps`. */
  readonly step: number
  readonly stepSinceMs: number
  /** Of the current step: a target that was good at 5 % must be so again at 50 %. */
  readonly champion: Evidence
  readonly canary: Evidence
}

export const CANARY_COMMANDS = ['promote', 'rollback', 'pause', 'resume'] as const
export type CanaryCommand = (typeof CANARY_COMMANDS)[number]

/** The share of calls that go to the canary. A paused one keeps its share. */
export function canaryShare(
  { steps }: Pick<CanaryPlan, 'steps'>,
  { phase, step }: Pick<CanaryState, 'phase' | 'step'>,
): number {
  if (phase === 'promoted') return 1
  return phase === 'rolled-back' ? 0 : (steps[step] ?? 0)
}
