/** Names and payloads of the events of a Converse stream. */

import { isObject, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'

export const EVENTS = [
  'messageStart',
  'contentBlockStart',
  'contentBlockDelta',
  'contentBlockStop',
  'messageStop',
  'metadata',
] as const
export type EventName = (typeof EVENTS)[number]

const PREFIX = 'exception:'

export type ConverseEvent =
  | { readonly kind: EventName; readonly value: JsonObject }
  | { readonly kind: 'exception'; readonly name: string; readonly data: string }
  | { readonly kind: 'broken'; readonly name: string }

/**
 * What an event is; undefined for one that is new or says nothing. The frame names it; where the framing has no names
 * (InvokeModel of Nova, fixtures of SDKs), the payload wraps it: `{"messageStop": {...}}`.
 */
export function readEvent({ event, data }: SseEvent): ConverseEvent | undefined {
  if (event.startsWith(PREFIX)) return { kind: 'exception', name: event.slice(PREFIX.length), data }
  const value = parseJson(data)
  const kind = EVENTS.find((name) => name === event)
  if (kind) return isObject(value) ? { kind, value } : { kind: 'broken', name: kind }
  if (event !== '' || !isObject(value)) return undefined
  const inner = EVENTS.find((name) => isObject(value[name]))
  const wrapped = inner && value[inner]
  if (inner && isObject(wrapped)) return { kind: inner, value: wrapped }
  const failed = Object.keys(value).find((name) => name.endsWith('Exception'))
  return failed === undefined ? undefined : { kind: 'exception', name: failed, data: JSON.stringify(value[failed]) }
}
