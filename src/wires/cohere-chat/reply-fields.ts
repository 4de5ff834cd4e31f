/** Fields of a reply that only this wire knows, kept for the way back to it. */

import type { ChatReply } from '../../ground/chat-reply.ts'
import { isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Usage } from '../../ground/usage.ts'
import type { Losses } from '../losses.ts'
import { unknownFields } from './extras.ts'
import { encodeUsage, unbilled } from './usage.ts'
import { WIRE } from './wire-name.ts'

/** Under which the tokens that were not billed are kept. */
const UNBILLED = 'usage.tokens'

type Extras = { wire: string; fields: Record<string, Json> }

/** What `owner` holds beyond `known`, and what its usage says beyond the bill; undefined for nothing. */
export function replyExtras(owner: JsonObject, known: ReadonlySet<string>): Extras | undefined {
  const beyond = unbilled(owner.usage)
  const fields = { ...unknownFields(owner, known), ...(beyond && { [UNBILLED]: beyond }) }
  return Object.keys(fields).length > 0 ? { wire: WIRE, fields } : undefined
}

/** The kept fields of a reply from this wire; another wire's are told as lost. */
export function ownFields(extras: ChatReply['extras'], losses: Losses): Readonly<Record<string, Json>> {
  if (!extras || extras.wire === WIRE) return extras?.fields ?? {}
  for (const field of Object.keys(extras.fields)) losses.replyField(field, `This API has no ${field} in its answers.`)
  return {}
}

/** `usage`, with the tokens that were not billed put back, as a field to spread, and the other kept fields. */
export function encodeReplyFields(fields: Readonly<Record<string, Json>>, usage: Usage | undefined): JsonObject {
  const { [UNBILLED]: beyond, ...rest } = fields
  const shown = usage && encodeUsage(usage)
  if (!shown) return rest
  return { ...rest, usage: isObject(beyond) ? { billed_units: shown.billed_units, ...beyond } : shown }
}
