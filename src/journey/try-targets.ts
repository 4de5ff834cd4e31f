/** Tries a call's targets in order until one answers; nothing of the next is tried once a byte has gone to the client. */

import type { RouteTarget } from '../config/revision.ts'
import { gatewayError } from '../ground/error.ts'
import { within } from '../services/timers.ts'
import { mayFollow } from './failure-class.ts'
import { passOnFailure, refuse } from './refuse.ts'
import { Retries } from './retries.ts'
import { type StartedTry, startTry } from './start-try.ts'
import { type Failure, mark, type Reached, type ReadyOne, type TryingCall } from './trying.ts'

/** The first answer, or the failure that says most in the client's wire. */
export async function tryTargets(
  targets: readonly RouteTarget[],
  call: TryingCall,
  ready: ReadyOne,
): Promise<Response> {
  const { request, endpoint, record, gateway } = call
  const retries = new Retries(call)
  let failure: Failure = { error: gatewayError('unavailable', 'The route has no target that can be tried.') }
  do {
    const tried = await tryEach(targets, call, ready)
    if ('answer' in tried) return tried.answer()
    failure = tried
  } while (!request.signal.aborted && !failure.answered && (await retries.wait(failure.error, targets, gateway)))
  // A refused credential is the operator's trouble, not the app's key: it goes out as our own error.
  if (failure.raw && failure.error.kind !== 'upstream-credential')
    return passOnFailure(failure.error, failure.raw, record)
  return refuse(failure.error, endpoint, record)
}

/** One pass over the targets. */
async function tryEach(targets: readonly RouteTarget[], call: TryingCall, ready: ReadyOne): Promise<Reached | Failure> {
  const { record, request, policy } = call
  let failure: Failure | undefined
  for (let index = 0; index < targets.length; index++) {
    const target = targets[index]
    if (!target || (failure && !mayFollow(target, failure.error))) continue
    const first = begin(target, index === targets.length - 1, call, ready)
    const next = targets[index + 1]
    let tried: Reached | Failure
    if (!failure && next && policy.hedgeAfterMs !== undefined && 'promise' in first) {
      const company = (): StartedTry | Failure => begin(next, index + 1 === targets.length - 1, call, ready)
      const hedged = await hedge(first, company, call)
      tried = hedged.tried
      if (hedged.both) index++
    } else tried = 'promise' in first ? await first.promise : first
    if ('answer' in tried) return tried
    // That the next target cannot do it explains less than why the first one did not.
    if (!failure || tried.error.kind !== 'not-supported') failure = tried
    if (request.signal.aborted) break
    const more = targets.slice(index + 1).some((each) => mayFollow(each, tried.error))
    if (more || record.decisions.length > 0) record.decide(`${target.name} did not answer: ${tried.error.message}`)
  }
  return failure ?? { error: gatewayError('unavailable', 'The route has no target that can be tried.') }
}

function begin(target: RouteTarget, last: boolean, call: TryingCall, ready: ReadyOne): StartedTry | Failure {
  const { record } = call
  mark(target, record)
  record.firstTarget ??= target.name
  const prepared = ready(target)
  if ('error' in prepared) return prepared
  return startTry(target, prepared, { ...call, last })
}

/** Asks the next target too when the first is silent for long; the first of both to answer counts, and the other is cut off. */
async function hedge(
  first: StartedTry,
  company: () => StartedTry | Failure,
  { policy, gateway, record }: TryingCall,
): Promise<{ readonly tried: Reached | Failure; readonly both: boolean }> {
  const early = await within(gateway.timers, policy.hedgeAfterMs ?? 0, first.promise)
  if (early) return { tried: early, both: false }
  const second = company()
  if ('error' in second) return { tried: await first.promise, both: true }
  record.decide(`${first.target.name} was silent for ${policy.hedgeAfterMs} ms, so ${second.target.name} was asked too`)
  const quicker = await Promise.race([
    first.promise.then((tried) => ({ tried, by: first, other: second })),
    second.promise.then((tried) => ({ tried, by: second, other: first })),
  ])
  if ('answer' in quicker.tried) {
    quicker.other.giveUp()
    return { tried: quicker.tried, both: true }
  }
  return { tried: await quicker.other.promise, both: true }
}
