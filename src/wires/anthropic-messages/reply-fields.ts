/** Which fields of a reply the hub has words for; the others travel as extras to clients of the same wire. */

import type { ChatReply } from '../../ground/chat-reply.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { unknownFields } from './extras.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['id', 'type', 'role', 'content', 'model', 'stop_reason', 'stop_sequence', 'usage'])

/** Bookkeeping of other wires that no client of this one could use: left out without a word. */
const BOOKKEEPING = new Set(['object', 'system_fingerprint', 'service_tier'])

export type Extras = NonNullable<ChatReply['extras']>

/** Container, stop_details, context_management and whatever is new, as a field to spread; nulls are nothing. */
export function decodeReplyExtras(message: JsonObject): { extras?: Extras } {
  const fields = unknownFields(message, KNOWN)
  return Object.keys(fields).length > 0 ? { extras: { wire: WIRE, fields } } : {}
}

/** The fields to write for this wire; those of another wire are told. */
export function encodeReplyExtras(extras: Extras | undefined, losses: Losses): Record<string, Json> {
  if (!extras || extras.wire === WIRE) return extras?.fields ?? {}
  for (const field of Object.keys(extras.fields))
    if (!BOOKKEEPING.has(field)) losses.replyField(field, `The Messages API has no reply field ${field}.`)
  return {}
}

/** `stop_details` of a refusal: what the provider said, or the refusal's own text where the wire keeps that. */
export function stopDetails(given: Json | undefined, refusal: string): Json {
  const known = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : undefined
  if (refusal === '') return known ?? null
  return { type: 'refusal', category: null, ...known, explanation: refusal }
}
