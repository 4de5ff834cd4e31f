/** Where canaries stand: one object for each route of a deployment. Implemented by the Canary Durable Object and, for tests, in memory. */

import type { CanaryCommand, CanaryEvent, CanaryPlan, CanaryState } from '../ground/canary.ts'
import type { Evidence } from '../ground/canary-evidence.ts'

/** What one isolate saw since its last report. Sent at least once; a number that was seen before changes nothing. */
export interface CanaryReport {
  /** Of the isolate; unguessable, so that no two are the same. */
  readonly isolate: string
  /** Rises with each report of the isolate. */
  readonly number: number
  readonly champion: Evidence
  readonly canary: Evidence
}

/** What isolates need to know. */
export type CanaryStanding = Pick<CanaryState, 'phase' | 'step'>

export interface CanaryView {
  readonly state: CanaryState
  /** Newest first, the last 100. */
  readonly events: readonly CanaryEvent[]
}

/** The canary of one route. A plan that was not seen before starts it. */
export interface CanaryStore {
  report(plan: CanaryPlan, report: CanaryReport): Promise<CanaryStanding>
  view(plan: CanaryPlan): Promise<CanaryView>
  /** `by`: the id of the admin key. */
  command(plan: CanaryPlan, command: CanaryCommand, by: string): Promise<CanaryView>
}

export type Canaries = (organisation: string, route: string) => CanaryStore
