/** Mutated bodies of requests, replies and errors through one wire's decoders and another wire's encoders. */

import type { ChatCall } from '../../src/ground/chat-call.ts'
import type { ChatReply } from '../../src/ground/chat-reply.ts'
import { ERROR_STATUS, type GatewayError } from '../../src/ground/error.ts'
import { estimateTokens } from '../../src/ground/estimate-tokens.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../src/ground/json.ts'
import { unfoldReply } from '../../src/ground/unfold.ts'
import type { ChatWire } from '../../src/wires/wire.ts'
import { problemOfPart, problemOfTapped } from './check-parts.ts'
import type { Crashes } from './crashes.ts'
import { DIALECTS } from './fuzz-streams-of.ts'
import { mutateJson } from './mutate-json.ts'
import { mutateText } from './mutate-text.ts'
import type { Random } from './random.ts'
import { SEED_CALL, seedReplies } from './seed-replies.ts'

export interface BodySeeds {
  readonly wire: ChatWire
  readonly requests: readonly Json[]
  readonly replies: readonly Json[]
}

const DEFAULTS = { id: 'x', model: 'm', createdSeconds: 1 }

export function bodySeeds(wire: ChatWire): BodySeeds {
  return {
    wire,
    requests: DIALECTS.map((quirks) => wire.encodeRequest(SEED_CALL, quirks).value),
    replies: seedReplies(wire.name).map((reply) => wire.encodeReply(reply, DEFAULTS).value),
  }
}

/** A body as it comes off the network: mutated values, and now and then text that is no JSON at all. */
export function damagedBody(random: Random, seeds: readonly Json[], donors: readonly Json[]): Json {
  let body = random.pick(seeds)
  do body = mutateJson(random, body, donors)
  while (random.chance(0.6))
  const text = JSON.stringify(body)
  const sent = random.chance(0.05) ? mutateText(random, text) : text
  return parseJson(sent) ?? sent
}

/** One request and one reply. */
export function fuzzBodies(
  random: Random,
  from: BodySeeds,
  to: ChatWire,
  donors: readonly Json[],
  crashes: Crashes,
): void {
  fuzzRequest(random, from.wire, to, damagedBody(random, from.requests, donors), crashes)
  fuzzReply(random, from.wire, to, damagedBody(random, from.replies, donors), crashes)
}

function fuzzRequest(random: Random, wire: ChatWire, to: ChatWire, body: Json, crashes: Crashes): void {
  if (!isObject(body)) return
  const quirks = random.pick(DIALECTS)
  crashes.guard(`${wire.name} refersTo`, body, () => wire.refersTo?.(body))
  crashes.guard(`${wire.name} patchRequest`, body, () =>
    JSON.stringify(wire.patchRequest(body, { model: 'm', maxOutputTokens: 5 }, quirks)),
  )
  const decoded = crashes.guard(`${wire.name} decodeRequest`, body, () => wire.decodeRequest(body))
  if (!decoded) return
  if (!decoded.ok) {
    errorThrough(to, decoded.error, `${wire.name} decodeRequest`, body, crashes)
    return
  }
  const call: ChatCall = decoded.value
  crashes.guard('estimateTokens', body, () => estimateTokens(call))
  for (const target of [to, wire])
    crashes.guard(`${target.name} encodeRequest from ${wire.name}`, body, () =>
      JSON.stringify(target.encodeRequest(call, quirks).value),
    )
}

function fuzzReply(random: Random, wire: ChatWire, to: ChatWire, body: Json, crashes: Crashes): void {
  const quirks = random.pick(DIALECTS)
  const tapped = crashes.guard(`${wire.name} tap.body`, body, () => {
    const tap = wire.tap(quirks, false)
    tap.body(body)
    return tap.result()
  })
  if (tapped) crashes.fault(`${wire.name} tap.body`, problemOfTapped(tapped), body)
  const status = random.pick([400, 401, 404, 429, 500, 503, 529])
  const headers = new Headers(random.chance(0.2) ? { 'retry-after': random.pick(['1', '-1', 'x', '1e999']) } : {})
  const refused = crashes.guard(`${wire.name} decodeError`, body, () => wire.decodeError(status, headers, body))
  if (refused) errorThrough(to, refused, `${wire.name} decodeError`, body, crashes)
  const decoded = crashes.guard(`${wire.name} decodeReply`, body, () => wire.decodeReply(body, quirks))
  if (!decoded) return
  if (!decoded.ok) {
    errorThrough(to, decoded.error, `${wire.name} decodeReply`, body, crashes)
    return
  }
  const reply: ChatReply = decoded.value
  const parts = crashes.guard('unfoldReply', body, () => unfoldReply(reply))
  for (const part of parts ?? []) crashes.fault(`${wire.name} decodeReply`, problemOfPart(part), body)
  crashes.guard(`${to.name} encodeReply from ${wire.name}`, body, () =>
    JSON.stringify(to.encodeReply(reply, DEFAULTS).value),
  )
}

/** An error must be of a known kind, and every wire must have words for it. */
export function errorThrough(
  to: { readonly name: string; encodeError(error: GatewayError, requestId: string): { body: JsonObject } },
  error: GatewayError,
  step: string,
  body: Json,
  crashes: Crashes,
): void {
  const known = Object.hasOwn(ERROR_STATUS, error.kind) && typeof error.message === 'string'
  crashes.fault(step, known ? undefined : `an error of kind ${String(error.kind)}`, body)
  crashes.guard(`${to.name} encodeError`, error, () => JSON.stringify(to.encodeError(error, 'req_1').body))
}
