/** Fields that the hub has no word for, kept for the same wire. */

import type { ChatCall } from '../../ground/chat-call.ts'
import type { ChatReply } from '../../ground/chat-reply.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { WIRE } from './wire-name.ts'

/** What `owner` holds beyond the `known` fields, under `prefix`; null is nothing. */
export function unknownFields(owner: JsonObject, known: ReadonlySet<string>, prefix = ''): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(owner))
    if (!known.has(name) && value !== undefined && value !== null) fields[prefix + name] = value
  return fields
}

/** Written where another field has its own place already. */
const PLACED = /^(?:generationConfig\.|toolConfig$|tools\[)/

/** Top-level fields of a request; those of another wire are told as lost. */
export function applyExtras(body: JsonObject, extras: ChatCall['extras'], losses: Losses): void {
  for (const [name, value] of Object.entries(extras?.fields ?? {})) {
    if (extras?.wire !== WIRE) losses.dropped(name, `This API has no field ${name}.`)
    else if (!PLACED.test(name)) body[name] ??= value
  }
}

/** Fields of a candidate stand under this in the extras of a reply. */
export const CANDIDATE = 'candidate.'

/** The fields of a reply of this wire, apart for the reply and its first candidate. */
export function replyFields(extras: ChatReply['extras'], losses: Losses): { reply: JsonObject; candidate: JsonObject } {
  const fields = { reply: {} as JsonObject, candidate: {} as JsonObject }
  for (const [name, value] of Object.entries(extras?.fields ?? {})) {
    if (extras?.wire !== WIRE) losses.replyField(name, `This API has no ${name} in its answers.`)
    else if (name.startsWith(CANDIDATE)) fields.candidate[name.slice(CANDIDATE.length)] = value
    else fields.reply[name] = value
  }
  return fields
}
