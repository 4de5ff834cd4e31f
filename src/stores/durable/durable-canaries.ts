/** Finds the canary of a route among Durable Objects. */

import type { Canaries, CanaryStanding, CanaryView } from '../../ports/canaries.ts'
import { callObject } from './call-object.ts'
import type { Canary } from './canary.ts'

/** Errors of the runtime are thrown. */
export function durableCanaries(namespace: DurableObjectNamespace<Canary>): Canaries {
  return (organisation, route) => {
    // A stub belongs to the request that made it, so each call makes its own.
    const canary = (): DurableObjectStub<Canary> => namespace.getByName(JSON.stringify([organisation, route]))
    return {
      report: (plan, report) => callObject<CanaryStanding>(async () => canary().report(plan, report)),
      view: (plan) => callObject<CanaryView>(async () => canary().view(plan)),
      command: (plan, command, by) => callObject<CanaryView>(async () => canary().command(plan, command, by)),
    }
  }
}
