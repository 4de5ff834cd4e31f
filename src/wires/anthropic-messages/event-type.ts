/** What an event of a stream is. */

import { asString, isObject, type JsonObject } from '../../ground/json.ts'

/** The event's own `type`; a bare `{error}` without one, as gateways and hosts send it, is an error too. */
export function eventType(event: JsonObject): string | undefined {
  const type = asString(event.type)
  return type === undefined && (isObject(event.error) || typeof event.error === 'string') ? 'error' : type
}
