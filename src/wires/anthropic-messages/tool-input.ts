/** Tool arguments: JSON text in the hub, an object (`input`) on this wire. */

import { isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'

/**
 * Where argument text goes that is not a JSON object (cut off by the token limit, or not JSON at all): `input` must be
 * an object, so the text travels whole under this one key, and is taken out again when it comes back.
 */
export const UNPARSED_ARGUMENTS = 'unparsed_arguments'

/** Argument text for `input`; `{}` when there is none. */
export function argumentsOf(input: Json | undefined): string {
  if (input === undefined || input === null) return '{}'
  if (!isObject(input)) return typeof input === 'string' ? input || '{}' : JSON.stringify(input)
  const unparsed = input[UNPARSED_ARGUMENTS]
  if (typeof unparsed === 'string' && Object.keys(input).length === 1) return unparsed
  return JSON.stringify(input)
}

/** `input` for argument text; text that is no JSON object is wrapped and told in `losses` under `feature`. */
export function inputOf(text: string, losses: Losses, feature: string): JsonObject {
  if (text.trim() === '') return {}
  const parsed = parseJson(text)
  if (isObject(parsed)) return parsed
  losses.changed(
    feature,
    `The arguments of a tool call are not a JSON object; their text was sent as {"${UNPARSED_ARGUMENTS}": "..."}.`,
  )
  return { [UNPARSED_ARGUMENTS]: text }
}
