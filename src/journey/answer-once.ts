/** Calls with an idempotency key: the first one is made, and those that repeat it get its answer. */

import type { EffectivePolicy } from '../config/revision.ts'
import type { ErrorKind, GatewayError } from '../ground/error.ts'
import { gatewayError } from '../ground/error.ts'
import type { Claimed, KeptReply, ReplyStore } from '../ports/replies.ts'
import { type AskedBody, claimOf } from '../services/idempotency/claim-of.ts'
import { HeldClaim } from '../services/idempotency/held-claim.ts'
import {
  BAD_KEY,
  NOT_KEPT,
  REPLIES_UNREACHABLE,
  STILL_RUNNING,
  USED_OTHERWISE,
} from '../services/idempotency/idempotency-errors.ts'
import { systemTimers } from '../services/timers.ts'
import type { CallDesk } from './answer.ts'
import type { CallRecord } from './call-record.ts'
import type { Endpoint } from './endpoint.ts'
import type { VerifiedKey } from './gateway.ts'
import { refuse } from './refuse.ts'
import { replyHeaders } from './reply-headers.ts'
import { MAX_KEPT_BYTES, ReplyTape } from './reply-tape.ts'

export interface RepeatableCall extends CallDesk {
  readonly endpoint: Endpoint
  readonly key: VerifiedKey
  readonly policy: EffectivePolicy
  readonly body: AskedBody
}

const HEADER = 'idempotency-key'
const SAYS = 'x-sluice-idempotency'
/** How long a repeated call waits for the first one's end. */
const WAIT_MS = 30_000
/** Headers that belong to an answer, whoever asks for it again. */
const KEPT_HEADERS = ['content-type', 'cache-control', 'x-sluice-target', 'x-sluice-model', 'x-sluice-warnings']

/** Makes the call with `make`; where it carries a key that was used before, answers as it was answered then. */
export async function answerOnce(call: RepeatableCall, make: () => Promise<Response>): Promise<Response> {
  const idempotencyKey = call.request.headers.get(HEADER)
  if (idempotencyKey === null) return make()
  if (call.policy.ignoreIdempotencyKeys) {
    const reply = await make()
    reply.headers.set(SAYS, 'off')
    return reply
  }
  const { endpoint, record, gateway, key, request } = call
  if (!/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(idempotencyKey)) return refuse(BAD_KEY, endpoint, record)
  const { organisation } = gateway.revision
  const { team, digest: keyDigest } = key.record
  const caller = { organisation, team, keyDigest }
  const claim = await claimOf(idempotencyKey, caller, request, call.body, record.requestId)
  const store = gateway.replies(organisation, team)
  let claimed: Claimed
  try {
    claimed = await store.claim(claim, WAIT_MS)
  } catch {
    return refuse(REPLIES_UNREACHABLE, endpoint, record)
  }
  if (claimed.state === 'kept') return replay(claimed.reply, record)
  if (claimed.state !== 'yours') return refuseRepeat(claimed.state, call)
  return makeAndKeep(call, store, claim, make)
}

function refuseRepeat(state: 'running' | 'different' | 'unkept', { endpoint, record }: RepeatableCall): Response {
  if (state === 'different') return refuse(USED_OTHERWISE, endpoint, record)
  const reply = refuse(state === 'running' ? STILL_RUNNING : NOT_KEPT, endpoint, record)
  // The official SDKs repeat every 409 unless told otherwise.
  if (state === 'unkept') reply.headers.set('x-should-retry', 'false')
  return reply
}

/** The first answer once more. Nothing was asked of a provider, so its row costs nothing and counts against no limit. */
function replay({ requestId, status, headers: kept, body }: KeptReply, record: CallRecord): Response {
  record.notes.push(`idempotency.${requestId}:replayed`)
  record.markFirstByte()
  record.settle({ outcome: status < 400 ? 'ok' : 'refused', status, usage: {}, usageSource: 'counted' })
  const headers = replyHeaders(record, 'application/json')
  for (const [name, value] of Object.entries(kept)) headers.set(name, value)
  headers.set(SAYS, 'replayed')
  headers.set('x-sluice-replay-of', requestId)
  return new Response(new Uint8Array(body), { status, headers })
}

async function makeAndKeep(
  call: RepeatableCall,
  store: ReplyStore,
  claim: Awaited<ReturnType<typeof claimOf>>,
  make: () => Promise<Response>,
): Promise<Response> {
  const { record, context, request, endpoint } = call
  const held = new HeldClaim({ store, claim, timers: systemTimers, waitUntil: context.waitUntil })
  const tape = new ReplyTape()
  record.tape = tape
  try {
    // It may have waited for the first call, and its client may have left.
    const reply = request.signal.aborted ? refuse(CLIENT_GONE, endpoint, record) : await make()
    if (record.ending) return await keepWhole(reply, held, record)
    context.waitUntil(tape.ended.then((complete) => keepStream(complete, reply, tape, held, record)))
    return reply
  } catch (bug) {
    await held.release()
    throw bug
  }
}

/** Kept before it goes out, so that whoever has seen it finds it again. */
async function keepWhole(reply: Response, held: HeldClaim, record: CallRecord): Promise<Response> {
  if (!isFinal(record)) {
    await held.release()
    return reply
  }
  const body = new Uint8Array(await reply.arrayBuffer())
  await held.keep(body.length > MAX_KEPT_BYTES ? undefined : keptReply(reply, body, record))
  return new Response(body, { status: reply.status, headers: reply.headers })
}

async function keepStream(
  complete: boolean,
  reply: Response,
  tape: ReplyTape,
  held: HeldClaim,
  record: CallRecord,
): Promise<void> {
  if (!complete) return held.release()
  const body = tape.bytes()
  await held.keep(body && keptReply(reply, body, record))
}

function keptReply({ status, headers }: Response, body: Uint8Array, { requestId }: CallRecord): KeptReply {
  const kept: Record<string, string> = {}
  for (const name of KEPT_HEADERS) {
    const value = headers.get(name)
    if (value !== null) kept[name] = value
  }
  return { requestId, status, headers: kept, body }
}

/** Errors that the same call may not meet again, although they are not worth an immediate retry. */
const PASSING: ReadonlySet<ErrorKind> = new Set(['conflict', 'insufficient-quota', 'client-closed', 'request-timeout'])

/** Whether the answer is what the same call would get again. Refusals before any provider was asked are not. */
function isFinal({ ending, attempts }: CallRecord): boolean {
  if (!ending) return false
  if (ending.outcome === 'ok') return true
  return attempts > 0 && ending.outcome === 'error' && ending.error !== undefined && isLasting(ending.error)
}

function isLasting({ retryable, status, kind }: GatewayError): boolean {
  return !retryable && status < 500 && !PASSING.has(kind)
}

const CLIENT_GONE = gatewayError('client-closed', 'The client closed the connection.')
