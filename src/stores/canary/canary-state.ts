/** Where a canary stands, and what moves it: time, evidence or an admin. */

import {
  type CanaryCommand,
  type CanaryEvent,
  type CanaryPhase,
  type CanaryPlan,
  type CanaryState,
  canaryShare,
  type Finding,
} from '../../ground/canary.ts'
import { addEvidence, type Evidence, NO_EVIDENCE } from '../../ground/canary-evidence.ts'
import { judgeCanary } from './judge-canary.ts'

export interface Moved {
  readonly state: CanaryState
  readonly event: CanaryEvent
}

export function startCanary(plan: CanaryPlan, nowMs: number): Moved {
  const state: CanaryState = {
    phase: 'running',
    step: 0,
    stepSinceMs: nowMs,
    champion: NO_EVIDENCE,
    canary: NO_EVIDENCE,
  }
  return { state, event: eventOf(plan, state, 'started', 'evidence', nowMs, state) }
}

export function withEvidence(state: CanaryState, champion: Evidence, canary: Evidence): CanaryState {
  return {
    ...state,
    champion: addEvidence(state.champion, champion),
    canary: addEvidence(state.canary, canary),
  }
}

/** The next state where evidence calls for one; undefined where the canary stays as it is. */
export function moveCanary(plan: CanaryPlan, state: CanaryState, nowMs: number): Moved | undefined {
  if (state.phase !== 'running') return undefined
  const { verdict, findings } = judgeCanary(state.champion, state.canary, plan)
  if (verdict === 'worse') return moved(plan, state, { phase: 'rolled-back', by: 'evidence', nowMs, findings })
  if (verdict !== 'no-worse' || nowMs - state.stepSinceMs < plan.stepMs) return undefined
  const last = state.step >= plan.steps.length - 1
  if (!last) return moved(plan, state, { step: state.step + 1, by: 'evidence', nowMs, findings })
  return plan.promote === 'automatic'
    ? moved(plan, state, { phase: 'promoted', by: 'evidence', nowMs, findings })
    : undefined
}

/** What an admin wants. Promotion and rollback may also follow each other: nothing is final. */
export function commandCanary(
  plan: CanaryPlan,
  state: CanaryState,
  command: CanaryCommand,
  by: string,
  nowMs: number,
): Moved {
  const phase = ({ promote: 'promoted', rollback: 'rolled-back', pause: 'paused', resume: 'running' } as const)[command]
  return moved(plan, state, { phase, by, nowMs, findings: judgeCanary(state.champion, state.canary, plan).findings })
}

interface Move {
  readonly phase?: CanaryPhase
  readonly step?: number
  readonly by: string
  readonly nowMs: number
  readonly findings: readonly Finding[]
}

function moved(
  plan: CanaryPlan,
  before: CanaryState,
  { phase = before.phase, step = before.step, by, nowMs, findings }: Move,
): Moved {
  const fresh = step !== before.step || (phase === 'running' && before.phase === 'rolled-back')
  const state: CanaryState = {
    phase,
    step,
    stepSinceMs: nowMs,
    champion: fresh ? NO_EVIDENCE : before.champion,
    canary: fresh ? NO_EVIDENCE : before.canary,
  }
  const what =
    phase === before.phase ? 'stepped' : phase === 'running' ? 'resumed' : phase === 'paused' ? 'paused' : phase
  return { state, event: { ...eventOf(plan, state, what, by, nowMs, before), findings } }
}

function eventOf(
  plan: CanaryPlan,
  state: CanaryState,
  what: CanaryEvent['what'],
  by: string,
  atMs: number,
  seen: CanaryState,
): CanaryEvent {
  const calls = { champion: seen.champion.failures.n, canary: seen.canary.failures.n }
  return { atMs, what, share: canaryShare(plan, state), by, calls, findings: [] }
}
