/** Canaries in memory, for tests. */

import type { CanaryEvent, CanaryState } from '../../ground/canary.ts'
import type { Canaries } from '../../ports/canaries.ts'
import type { Clock } from '../../ports/clock.ts'
import { type CanaryTables, takeCanaryReport, tellCanary, viewCanary } from '../canary/canary-book.ts'

const KEPT_EVENTS = 100

export function memoryCanaries(clock: Clock): Canaries {
  const all = new Map<string, CanaryTables>()
  return (organisation, route) => {
    const name = JSON.stringify([organisation, route])
    const tables = all.get(name) ?? memoryTables()
    all.set(name, tables)
    return {
      report: async (plan, report) => takeCanaryReport(tables, plan, structuredClone(report), clock.now()),
      view: async (plan) => viewCanary(tables, plan, clock.now()),
      command: async (plan, command, by) => tellCanary(tables, plan, { command, by }, clock.now()),
    }
  }
}

function memoryTables(): CanaryTables {
  const states = new Map<string, CanaryState>()
  const events: { readonly planId: string; readonly event: CanaryEvent }[] = []
  const reports = new Map<string, number>()
  return {
    state: (planId) => states.get(planId),
    setState: (planId, state) => void states.set(planId, state),
    addEvent: (planId, event) => void events.unshift({ planId, event }),
    events: (planId) =>
      events
        .filter((each) => each.planId === planId)
        .map(({ event }) => event)
        .slice(0, KEPT_EVENTS),
    lastReport: (isolate) => reports.get(isolate) ?? 0,
    setLastReport: (isolate, number) => void reports.set(isolate, number),
  }
}
