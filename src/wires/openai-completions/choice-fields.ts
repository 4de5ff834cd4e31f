/** Fields of a reply and its choices that only this wire knows: a vendor's token ids, fingerprints, transfer hints. */

import type { Json, JsonObject } from '../../ground/json.ts'
import { WIRE } from './wire-name.ts'

/** Type of the opaque block that carries fields of a choice the hub has no word for; `fields` holds them. */
export const CHOICE_FIELDS = 'choice_fields'

const IN_CHOICE = new Set([
  'text',
  'index',
  'logprobs',
  'finish_reason',
  'stop_reason',
  'matched_stop',
  'delta',
  'message',
  'error',
])
const IN_REPLY = new Set(['id', 'object', 'created', 'model', 'choices', 'usage', 'error', 'obfuscation'])

/** The value of a `CHOICE_FIELDS` block; undefined when there is nothing of the kind. */
export function choiceFields(choice: JsonObject): JsonObject | undefined {
  const fields = beyond(choice, IN_CHOICE)
  return Object.keys(fields).length > 0 ? { type: CHOICE_FIELDS, fields } : undefined
}

/** Undefined when there are none; null is none, and so is Together's empty `prompt`. */
export function replyExtras(body: JsonObject): { wire: string; fields: Record<string, Json> } | undefined {
  const fields = beyond(body, IN_REPLY)
  if (Array.isArray(fields.prompt) && fields.prompt.length === 0) delete fields.prompt
  return Object.keys(fields).length > 0 ? { wire: WIRE, fields } : undefined
}

function beyond(owner: JsonObject, known: ReadonlySet<string>): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(owner)) {
    if (!known.has(name) && value !== null && value !== undefined) fields[name] = value
  }
  return fields
}
