/** One isolate's dealings with canaries: which share they get, and what became of the calls. */

import type { RouteSettings, RouteTarget } from '../../config/revision.ts'
import { type CanaryPlan, canaryShare } from '../../ground/canary.ts'
import { type Evidence, NO_EVIDENCE, type ObservedCall, withCall, withFeedback } from '../../ground/canary-evidence.ts'
import type { Canaries, CanaryReport, CanaryStanding } from '../../ports/canaries.ts'
import type { Clock } from '../../ports/clock.ts'

/** What was seen is told this often, on the time of a call that has just ended. */
const TELL_EVERY_MS = 2000
/** A bad canary must not wait for the clock. */
const TELL_AT_CALLS = 50

export type Side = 'champion' | 'canary'
type WaitUntil = (promise: Promise<unknown>) => void

export interface CanaryDeskOptions {
  readonly canaries: Canaries
  readonly organisation: string
  readonly clock: Clock
  /** Unguessable. */
  readonly isolate: string
}

interface Standing {
  known: CanaryStanding | undefined
  toldAtMs: number
  number: number
  champion: Evidence
  canary: Evidence
  calls: number
  telling: boolean
  /** Sent, and not known to have arrived. */
  pending: CanaryReport | undefined
}

/** The target of a route that is a canary, with its plan. */
export function canaryOf({ targets }: RouteSettings): (RouteTarget & { readonly canary: CanaryPlan }) | undefined {
  const target = targets.find((each) => each.canary)
  return target?.canary && { ...target, canary: target.canary }
}

export class CanaryDesk {
  readonly #options: CanaryDeskOptions
  readonly #standings = new Map<string, Standing>()

  constructor(options: CanaryDeskOptions) {
    this.#options = options
  }

  /**
   * Which side a call takes; `draw` from 0 to 1 decides, the same draw always the same way while the share stays or grows. Until the
   * isolate knows where the canary stands, nothing goes to it.
   */
  sideOf(route: string, plan: CanaryPlan, draw: number, waitUntil: WaitUntil): Side {
    const standing = this.#standing(route, plan)
    const dueMs = standing.toldAtMs + TELL_EVERY_MS
    if (!standing.telling && this.#options.clock.now() >= dueMs) waitUntil(this.#tell(route, plan, standing))
    return standing.known && draw < canaryShare(plan, standing.known) ? 'canary' : 'champion'
  }

  /** Notes how a call ended that `side` was chosen for. */
  observe(route: string, plan: CanaryPlan, side: Side, call: ObservedCall, waitUntil: WaitUntil): void {
    const standing = this.#standing(route, plan)
    standing[side] = withCall(standing[side], call)
    standing.calls++
    if (!standing.telling && standing.calls >= TELL_AT_CALLS) waitUntil(this.#tell(route, plan, standing))
  }

  /** Notes what an app thinks of a reply of that side. */
  rate(route: string, plan: CanaryPlan, side: Side, score: number): void {
    const standing = this.#standing(route, plan)
    standing[side] = withFeedback(standing[side], score)
  }

  #standing(route: string, plan: CanaryPlan): Standing {
    const name = `${route.length}:${route}${plan.id}`
    let standing = this.#standings.get(name)
    if (!standing) {
      standing = {
        known: undefined,
        toldAtMs: Number.NEGATIVE_INFINITY,
        number: 0,
        calls: 0,
        telling: false,
        pending: undefined,
        champion: NO_EVIDENCE,
        canary: NO_EVIDENCE,
      }
      this.#standings.set(name, standing)
    }
    return standing
  }

  /** A report that may have been lost is sent again as it was, so that no call counts twice. */
  async #tell(route: string, plan: CanaryPlan, standing: Standing): Promise<void> {
    const { canaries, organisation, clock } = this.#options
    standing.telling = true
    standing.toldAtMs = clock.now()
    standing.pending ??= this.#nextReport(standing)
    try {
      standing.known = await canaries(organisation, route).report(plan, standing.pending)
      standing.pending = undefined
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown'
      console.error(JSON.stringify({ level: 'error', failed: 'reaching the canary', route, error: name }))
    } finally {
      standing.telling = false
    }
  }

  #nextReport(standing: Standing): CanaryReport {
    const { champion, canary } = standing
    standing.champion = NO_EVIDENCE
    standing.canary = NO_EVIDENCE
    standing.calls = 0
    standing.number++
    return { isolate: this.#options.isolate, number: standing.number, champion, canary }
  }
}
