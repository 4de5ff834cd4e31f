/** Reads usage from transcripts that pass through unchanged. */

import { compact } from '../../ground/compact.ts'
import { asObject, asString, isObject, type JsonObject } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import { billedCost } from '../billed-cost.ts'
import { eventBody } from '../event-body.ts'
import { errorOfBody } from '../openai-chat/decode-error.ts'
import { createTaskTap, type TaskReading } from '../task-tap.ts'
import type { TaskTap } from '../task-wire.ts'
import { decodeTranscriptUsage } from './usage.ts'

/** A tap for one reply. Plain text and subtitles say nothing of usage: it stays unknown. */
export function tapTranscription(): TaskTap {
  return createTaskTap({
    errorOf: (body) => (asString(asObject(body)?.text) === undefined ? errorOfBody(body, undefined) : undefined),
    body: (body) => (isObject(body) ? read(body) : {}),
    event: readEvent,
  })
}

function readEvent(event: SseEvent): TaskReading {
  if (event.data.startsWith('[DONE]')) return {}
  const parsed = eventBody(event)
  if ('error' in parsed) return parsed
  // Mistral's stream ends with `transcription.done`.
  return /^(transcript\.text|transcription)\.done$/.test(asString(parsed.body.type) ?? event.event)
    ? read(parsed.body)
    : {}
}

function read(body: JsonObject): TaskReading {
  return compact({
    usage: decodeTranscriptUsage(body),
    model: asString(body.model) || undefined,
    billedNano: billedCost(asObject(body.usage)),
    complete: true,
  })
}
