/** Brings contenders up and keeps only those that can be measured honestly. */

import type { Contender, Entry, RunningContender } from './contenders/contender.ts'
import { runLoad, type Scenario } from './load.ts'
import type { Lane } from './measure.ts'
import { isPortFree } from './pinned-process.ts'
import { ownsPort, processTree } from './process-tree.ts'
import type { ProcessorPlan } from './processor-plan.ts'
import { REPLY_MARK } from './requests.ts'

export interface StartedContender {
  readonly contender: Contender
  readonly running: RunningContender
  readonly version: string
  readonly lanes: readonly Lane[]
  /** Requests answered by all its entries since it started: the audit compares them with its own books. */
  requestsAnswered: number
}

/** A contender that is not in the table, and why. `failed`: it should have run. */
export interface Absence {
  readonly contender: Contender
  readonly reason: string
  readonly failed: boolean
}

export interface WarmUp {
  readonly scenarios: readonly Scenario[]
  readonly seconds: number
}

/** Installs, starts, checks and warms up one contender. Whatever was started is stopped when a check fails. */
export async function startContender(
  contender: Contender,
  plan: ProcessorPlan,
  warmUp: WarmUp,
): Promise<StartedContender | Absence> {
  const prepared = await contender.prepare()
  if (!prepared.ok) return { contender, reason: prepared.error, failed: false }
  const { port } = contender
  if (!(await isPortFree(port)))
    return { contender, reason: `port ${port} is in use; stop what holds it`, failed: true }
  let running: RunningContender | undefined
  try {
    running = await contender.start(plan)
    if (!ownsPort(processTree(running.pid), port))
      throw new Error(`port ${port} is not held by process ${running.pid} or its children`)
    const lanes: Lane[] = running.entries.map((entry) => ({
      port,
      entry,
      processor: plan.load,
      running: running as RunningContender,
    }))
    const started = { contender, running, version: prepared.value, lanes, requestsAnswered: 0 }
    for (const lane of lanes) started.requestsAnswered += await check(lane, warmUp)
    return started
  } catch (error) {
    await running?.stop()
    return { contender, reason: error instanceof Error ? error.message : String(error), failed: true }
  }
}

/** Asks once and looks at the answer, then warms up with every kind of load. Gives the number of requests answered. */
async function check(lane: Lane, warmUp: WarmUp): Promise<number> {
  await askOnce(lane.port, lane.entry)
  let answered = 1
  for (const scenario of warmUp.scenarios) {
    const load = await runLoad(lane, scenario, warmUp.seconds)
    if (load.errors > 0 || load.requests === 0)
      throw new Error(
        `${lane.entry.name}: ${load.errors} errors while warming up (${scenario.kind}): ${load.firstError}`,
      )
    answered += load.requests
  }
  return answered
}

async function askOnce(port: number, entry: Entry): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${entry.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...entry.headers },
    body: entry.bodies.whole,
  })
  const text = await response.text()
  if (response.status !== 200 || !text.includes(REPLY_MARK))
    throw new Error(`${entry.name} did not pass on the mock's reply: status ${response.status}, ${text.slice(0, 300)}`)
}
