/** Shadow calls: some of a route's calls are made again at other targets, once their own answer is out, to see what those would say. */

import type { RouteTarget } from '../config/revision.ts'
import { replyLikeness } from '../services/experiments/reply-likeness.ts'
import type { Answering } from './answer.ts'
import { CacheWrite } from './cache-write.ts'
import { CallRecord } from './call-record.ts'
import { dispatch } from './dispatch.ts'
import type { FoundCall } from './find-call.ts'
import type { VerifiedKey } from './gateway.ts'

/** Answers the call, and lets its shadows follow. They delay nothing, count against no limit, and have rows of their own. */
export async function dispatchWithShadows(found: FoundCall, answering: Answering, key: VerifiedKey): Promise<Response> {
  const { gateway, record, context } = answering
  const shadows = (found.found.route.shadows ?? []).filter(({ share }) => gateway.random() < share)
  if (shadows.length === 0) return dispatch(found, answering)
  const write = record.cacheWrite ?? new CacheWrite(record)
  record.cacheWrite = write
  const reply = await dispatch(found, answering)
  // A whole reply is settled by now, a stream later.
  if (record.ending) write.end()
  context.waitUntil(
    write.ended.then(() => Promise.all(shadows.map((target) => makeShadow(found, target, { answering, key, write })))),
  )
  return reply
}

interface Cast {
  readonly answering: Answering
  readonly key: VerifiedKey
  /** Of the app's own call. */
  readonly write: CacheWrite
}

/** Never throws: what a shadow does wrong is its row's to tell. */
async function makeShadow(found: FoundCall, target: RouteTarget, { answering, key, write }: Cast): Promise<void> {
  const { gateway, context, request, endpoint, record: own } = answering
  // A call that failed or was refused says nothing to compare with.
  const said = write.reply()
  if (!said) return
  const { organisation } = gateway.revision
  const admitted = gateway.ledger.admit(organisation, key.record.team, context.waitUntil)
  const slot = 'requestId' in admitted ? admitted : await admitted
  if ('ok' in slot && !slot.ok) return
  const record = new CallRecord({
    gateway,
    slot: 'ok' in slot ? slot.value : slot,
    key: key.record,
    clientWire: endpoint.wire.name,
    admittedAtMs: gateway.clock.now(),
    waitUntil: context.waitUntil,
  })
  const { route, requestedModel, user, tags, stream } = own
  Object.assign(record, { route, requestedModel, user, tags, stream, cacheWrite: new CacheWrite(record) })
  record.shadowOf = own.requestId
  record.compare = () => {
    const other = record.cacheWrite?.reply()
    return other && replyLikeness(said, other)
  }
  try {
    // Its own request: the app that left, or has its answer, ends nothing here.
    const again = new Request(request.url, { method: 'POST', headers: request.headers })
    const alone = { ...found, targets: [target], policy: { ...found.policy, maxAttempts: 1 } }
    const response = await dispatch(alone, { ...answering, request: again, record })
    await response.body?.pipeTo(new WritableStream())
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown'
    console.error(JSON.stringify({ level: 'error', failed: 'a shadow call', requestId: record.requestId, error: name }))
  }
}
