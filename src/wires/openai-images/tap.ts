/** Reads usage and stated cost from pictures that pass through unchanged. */

import { compact } from '../../ground/compact.ts'
import { asArray, asObject, asString, isObject, type JsonObject } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import { addUsage } from '../../ground/usage.ts'
import { billedCost } from '../billed-cost.ts'
import { eventBody } from '../event-body.ts'
import { errorOfBody } from '../openai-chat/decode-error.ts'
import { createTaskTap, type TaskReading } from '../task-tap.ts'
import type { TaskTap } from '../task-wire.ts'
import { decodeImageUsage } from './usage.ts'

/** A tap for one reply of generations, edits or variations. A stream gives one `completed` event a picture. */
export function tapImages(): TaskTap {
  return createTaskTap({
    errorOf: (body) => (Array.isArray(asObject(body)?.data) ? undefined : errorOfBody(body, undefined)),
    body: (body) => (isObject(body) ? read(body, asArray(body.data).length) : {}),
    event: readEvent,
  })
}

function readEvent(event: SseEvent, before: TaskReading): TaskReading {
  // A picture is megabytes of base64: only events that end one are parsed.
  if (isPartial(event) || event.data.startsWith('[DONE]')) return {}
  const parsed = eventBody(event)
  if ('error' in parsed) return parsed
  const { body } = parsed
  if (!asString(body.type)?.endsWith('.completed')) return {}
  const reading = read(body, 1)
  const { usage = {}, billedNano } = before
  return {
    ...reading,
    usage: addUsage(usage, reading.usage ?? {}),
    ...(billedNano !== undefined && { billedNano: billedNano + (reading.billedNano ?? 0n) }),
  }
}

function isPartial({ event, data }: SseEvent): boolean {
  return event.endsWith('.partial_image') || /^\{\s*"type":\s*"[a-z_]+\.partial_image"/.test(data.slice(0, 200))
}

function read(body: JsonObject, pictures: number): TaskReading {
  return compact({
    usage: decodeImageUsage(body.usage) ?? { images: pictures },
    model: asString(body.model) || undefined,
    billedNano: billedCost(asObject(body.usage)),
    complete: true,
  })
}
