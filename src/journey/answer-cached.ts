/** Calls on routes that keep answers: the same question gets the kept answer, a new one is made and its answer kept. */

import type { CacheSettings } from '../config/cache-settings.ts'
import type { CacheTerms } from '../ports/reply-cache.ts'
import { type CacheControls, NOT_CACHED, readCacheControls } from '../services/cache/cache-controls.ts'
import { readKept, writeKept } from '../services/cache/kept-reply.ts'
import type { Flight } from '../services/cache/single-flight.ts'
import { systemTimers, within } from '../services/timers.ts'
import { type AskedCache, type CacheDesk, cacheQuestion } from './cache-question.ts'
import { CacheWrite } from './cache-write.ts'
import type { FoundCall } from './find-call.ts'
import type { CallContext } from './gateway.ts'
import { refuse } from './refuse.ts'
import { type ReplayedAnswer, replayKept } from './replay-kept.ts'

/** A cache that takes longer than that is no help: the provider is asked. */
const LOOK_UP_MS = 1000
/** How long a call waits for the answer of one that asks the same. */
const WAIT_MS = 30_000

interface CachingDesk extends CacheDesk {
  readonly request: Request
  readonly context: CallContext
}

/** A kept answer where the route keeps answers and has one, else that of `make`. */
export async function answerCached(
  found: FoundCall,
  desk: CachingDesk,
  make: () => Promise<Response>,
): Promise<Response> {
  const { endpoint, record, request } = desk
  const controls = readCacheControls(request.headers)
  if (!controls.ok) return refuse(controls.error, endpoint, record)
  const { read, write, only } = controls.value
  const settings = found.policy.cache
  const asked = settings && (read || write) ? await cacheQuestion(found, settings, desk) : undefined
  if (settings && asked) return answerAsked({ found, settings, asked, controls: controls.value, desk, make })
  if (settings) record.cache = 'bypass'
  return only ? refuseMiss(desk) : make()
}

interface AskedCall {
  readonly found: FoundCall
  readonly settings: CacheSettings
  readonly asked: AskedCache
  readonly controls: CacheControls
  readonly desk: CachingDesk
  readonly make: () => Promise<Response>
}

async function answerAsked(call: AskedCall): Promise<Response> {
  const { found, settings, asked, controls, desk, make } = call
  const { record, gateway } = desk
  const { read, write, only, maxAgeMs } = controls
  const terms: CacheTerms = {
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(settings.semanticThreshold !== undefined && { threshold: settings.semanticThreshold }),
  }
  const kept = read ? await lookUp(asked, terms) : undefined
  if (kept) return replayKept(kept, found, desk)
  record.cache = read ? 'miss' : 'bypass'
  if (only) return refuseMiss(desk)
  if (!write) return make()
  if (!read || maxAgeMs !== undefined) return makeAndKeep(call, undefined)
  const joined = await gateway.answers.flights.join(asked.question.id, WAIT_MS, gateway.clock)
  if (joined && 'answer' in joined) return replayKept(joined.answer, found, desk)
  return makeAndKeep(call, joined)
}

function refuseMiss({ endpoint, record }: CachingDesk): Response {
  const reply = refuse(NOT_CACHED, endpoint, record)
  // The official SDKs repeat every 504 unless told otherwise.
  reply.headers.set('x-should-retry', 'false')
  return reply
}

/** Undefined also when the store cannot be reached: a cache must never be why a call fails. */
async function lookUp({ question, cache }: AskedCache, terms: CacheTerms): Promise<ReplayedAnswer | undefined> {
  try {
    const found = await within(systemTimers, LOOK_UP_MS, cache.find(question, terms))
    const kept = found && readKept(found.text)
    return kept && { ...found, kept }
  } catch (error) {
    logFailure('looking for a kept answer', error)
    return undefined
  }
}

async function makeAndKeep(call: AskedCall, flight: Flight<ReplayedAnswer> | undefined): Promise<Response> {
  const { record, context } = call.desk
  const write = new CacheWrite(record)
  record.cacheWrite = write
  try {
    const reply = await call.make()
    // A whole reply is settled by now, a stream later.
    if (record.ending) write.end()
    context.waitUntil(write.ended.then(() => keep(call, write, flight)))
    return reply
  } catch (bug) {
    flight?.land({ how: 'nothing' })
    throw bug
  }
}

/** Never throws. Equal calls that wait get the answer when it is kept, so that none falls between waiting and finding. */
async function keep(
  { asked, settings, desk }: AskedCall,
  write: CacheWrite,
  flight: Flight<ReplayedAnswer> | undefined,
): Promise<void> {
  const { record, gateway } = desk
  let answer: ReplayedAnswer | undefined
  try {
    const kept = write.kept()
    const text = kept && writeKept(kept)
    if (kept && text !== undefined) {
      answer = { kept, match: 'exact', similarity: 1, storedAtMs: gateway.clock.now() }
      await asked.cache.keep(asked.question, text, settings.ttlMs)
    }
  } catch (error) {
    logFailure('keeping an answer', error)
  }
  if (answer) flight?.land({ how: 'answer', answer })
  else flight?.land({ how: record.ending?.outcome === 'aborted' ? 'gone' : 'nothing' })
}

function logFailure(failed: string, error: unknown): void {
  const name = error instanceof Error ? error.name : 'unknown'
  console.error(JSON.stringify({ level: 'error', failed, error: name }))
}
