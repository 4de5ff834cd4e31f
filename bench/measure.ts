/** One measurement: load on one entry while the processor time of the contender's process tree is counted. */

import type { RunningContender } from './contenders/contender.ts'
import { type LoadResult, type LoadTarget, runLoad, type Scenario } from './load.ts'
import { processTree, useOf } from './process-tree.ts'

export interface Sample {
  readonly name: string
  readonly scenario: Scenario
  readonly round: number
  readonly load: LoadResult
  readonly cpuUsPerRequest: number
  /** NaN for whole replies. */
  readonly cpuUsPerChunk: number
  /** Resident memory of the process tree just after the load. */
  readonly residentMb: number
  /** Why the sample does not count. */
  readonly problem?: string
}

export interface Lane extends LoadTarget {
  readonly running: RunningContender
}

/** Never throws for what the contender does wrong: the sample then carries a problem. */
export async function measure(lane: Lane, scenario: Scenario, round: number, seconds: number): Promise<Sample> {
  const pids = processTree(lane.running.pid)
  const before = useOf(pids)
  const load = await runLoad(lane, scenario, seconds)
  const after = useOf(pids)
  const cpuUs = after.cpuUs - before.cpuUs
  return {
    name: lane.entry.name,
    scenario,
    round,
    load,
    cpuUsPerRequest: cpuUs / load.requests,
    cpuUsPerChunk: load.chunks > 0 ? cpuUs / load.chunks : Number.NaN,
    residentMb: after.residentBytes / 2 ** 20,
    problem: problemOf(load, cpuUs),
  }
}

function problemOf(load: LoadResult, cpuUs: number): string | undefined {
  if (load.errors > 0) return `${load.errors} of ${load.requests + load.errors} requests failed: ${load.firstError}`
  if (load.requests === 0) return 'no request was answered'
  if (cpuUs <= 0) return 'no processor time was used, so the wrong process was measured'
  return undefined
}
