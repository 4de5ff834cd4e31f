/** Which fields of a reply the hub has words for; the others travel as extras to clients of the same wire. */

import type { ChatReply } from '../../ground/chat-reply.ts'
import { asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import { unknownFields } from '../anthropic-messages/extras.ts'
import type { Losses } from '../losses.ts'
import type { ServiceClass } from '../wire.ts'
import { WIRE } from './wire-name.ts'

/**
 * `p` is padding that hides lengths from eavesdroppers. `metrics` is how long Bedrock says it took, on every reply: as an
 * extra it would be a warning on every answer to a client of another wire, and clients of this one get the bytes as they came.
 */
const KNOWN = new Set(['output', 'stopReason', 'usage', 'metrics', 'p'])

/** Bookkeeping of other wires that no client of this one could use: left out without a word. */
const BOOKKEEPING = new Set(['object', 'system_fingerprint', 'service_tier'])

export type Extras = NonNullable<ChatReply['extras']>

/** Trace, service tier, the model's own fields and whatever is new, of a whole reply or of a stream's last two events. */
export function decodeReplyExtras(reply: JsonObject): { extras?: Extras } {
  const fields = unknownFields(reply, KNOWN)
  return Object.keys(fields).length > 0 ? { extras: { wire: WIRE, fields } } : {}
}

/** The fields to write for this wire; those of another wire are told. */
export function encodeReplyExtras(extras: Extras | undefined, losses: Losses): Record<string, Json> {
  if (!extras || extras.wire === WIRE) return extras?.fields ?? {}
  for (const field of Object.keys(extras.fields))
    if (!BOOKKEEPING.has(field)) losses.replyField(field, `The Converse API has no reply field ${field}.`)
  return {}
}

/** The model that a prompt router chose; replies name none otherwise. */
export function modelOf(reply: JsonObject): string | undefined {
  return asString(asObject(asObject(reply.trace)?.promptRouter)?.invokedModelId)
}

const CLASS_OF: Readonly<Record<string, ServiceClass>> = {
  default: 'standard',
  reserved: 'standard',
  priority: 'priority',
  flex: 'flex',
}

/** The price class that `serviceTier` states. */
export function serviceClassOf(reply: JsonObject): ServiceClass | undefined {
  const tier = asString(asObject(reply.serviceTier)?.type)
  return tier !== undefined && Object.hasOwn(CLASS_OF, tier) ? CLASS_OF[tier] : undefined
}
