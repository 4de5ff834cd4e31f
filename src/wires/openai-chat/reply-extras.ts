/** Fields of a reply or chunk that only this wire knows: fingerprints, tiers, filter results, a vendor's own. */

import type { Json, JsonObject } from '../../ground/json.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['id', 'object', 'created', 'model', 'choices', 'usage', 'error', 'obfuscation', 'p'])

export interface ReplyExtras {
  wire: string
  fields: Record<string, Json>
}

/** Undefined when there are none; null is none. */
export function replyExtras(body: JsonObject): ReplyExtras | undefined {
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(body)) {
    if (!KNOWN.has(name) && value !== null && value !== undefined) fields[name] = value
  }
  return Object.keys(fields).length > 0 ? { wire: WIRE, fields } : undefined
}
