/** What a canary store does with reports, views and commands, whatever keeps its rows. */

import type { CanaryCommand, CanaryEvent, CanaryPlan, CanaryState } from '../../ground/canary.ts'
import type { CanaryReport, CanaryStanding, CanaryView } from '../../ports/canaries.ts'
import { commandCanary, type Moved, moveCanary, startCanary, withEvidence } from './canary-state.ts'

export interface CanaryTables {
  state(planId: string): CanaryState | undefined
  setState(planId: string, state: CanaryState): void
  addEvent(planId: string, event: CanaryEvent): void
  /** Newest first, 100 at most. */
  events(planId: string): readonly CanaryEvent[]
  /** The highest number of the isolate's reports; 0 before the first. */
  lastReport(isolate: string): number
  setLastReport(isolate: string, number: number, nowMs: number): void
}

/** Call inside a transaction. */
export function takeCanaryReport(
  tables: CanaryTables,
  plan: CanaryPlan,
  report: CanaryReport,
  nowMs: number,
): CanaryStanding {
  const before = stateOf(tables, plan, nowMs)
  if (report.number <= tables.lastReport(report.isolate)) return standing(before)
  tables.setLastReport(report.isolate, report.number, nowMs)
  const seen = withEvidence(before, report.champion, report.canary)
  const moved = moveCanary(plan, seen, nowMs)
  if (moved) return standing(noteMove(tables, plan, moved))
  tables.setState(plan.id, seen)
  return standing(seen)
}

/** Call inside a transaction. */
export function viewCanary(tables: CanaryTables, plan: CanaryPlan, nowMs: number): CanaryView {
  return { state: stateOf(tables, plan, nowMs), events: tables.events(plan.id) }
}

/** Call inside a transaction. */
export function tellCanary(
  tables: CanaryTables,
  plan: CanaryPlan,
  { command, by }: { readonly command: CanaryCommand; readonly by: string },
  nowMs: number,
): CanaryView {
  noteMove(tables, plan, commandCanary(plan, stateOf(tables, plan, nowMs), command, by, nowMs))
  return viewCanary(tables, plan, nowMs)
}

function stateOf(tables: CanaryTables, plan: CanaryPlan, nowMs: number): CanaryState {
  return tables.state(plan.id) ?? noteMove(tables, plan, startCanary(plan, nowMs))
}

function noteMove(tables: CanaryTables, plan: CanaryPlan, { state, event }: Moved): CanaryState {
  tables.setState(plan.id, state)
  tables.addEvent(plan.id, event)
  return state
}

function standing({ phase, step }: CanaryState): CanaryStanding {
  return { phase, step }
}
