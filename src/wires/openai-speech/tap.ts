/** Reads or counts the usage of sound that passes through unchanged. */

import { compact } from '../../ground/compact.ts'
import { asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import { eventBody } from '../event-body.ts'
import { errorOfBody } from '../openai-chat/decode-error.ts'
import { isErrorBody } from '../openai-chat/error-facts.ts'
import { createTaskTap, statedCount, type TaskReading } from '../task-tap.ts'
import type { TaskTap } from '../task-wire.ts'

/**
 * A tap for one reply to `request`. Plain sound says nothing of its price, so the characters of the text are counted,
 * by which most models are billed; events end with the tokens that were used.
 */
export function tapSpeech(request: JsonObject): TaskTap {
  const text = asString(request.input)
  const spoken: TaskReading = text === undefined ? {} : { usage: { characters: [...text].length } }
  return createTaskTap({
    // JSON in place of sound: an error, or sound as base64 with or without usage.
    errorOf: (body) => (isErrorBody(asObject(body) ?? {}) ? errorOfBody(body, undefined) : undefined),
    body: (body) => ({ ...spoken, ...compact({ usage: decodeUsage(asObject(body)?.usage) }), complete: true }),
    event: (event) => readEvent(event, spoken),
    unseen: spoken,
  })
}

function readEvent(event: SseEvent, spoken: TaskReading): TaskReading {
  // Most events are pieces of sound, which need no parsing.
  if (/^\{\s*"type":\s*"speech\.audio\.delta"/.test(event.data.slice(0, 200))) return {}
  if (event.data.startsWith('[DONE]')) return {}
  const parsed = eventBody(event)
  if ('error' in parsed) return parsed
  if (parsed.body.type !== 'speech.audio.done') return {}
  return { ...spoken, ...compact({ usage: decodeUsage(parsed.body.usage) }), complete: true }
}

/** Tokens in are text, tokens out are sound. */
function decodeUsage(value: Json | undefined): Usage | undefined {
  const usage = asObject(value)
  const input = statedCount(usage?.input_tokens)
  const audioOut = statedCount(usage?.output_tokens)
  if (input === undefined && audioOut === undefined) return undefined
  return { input: input ?? 0, ...(audioOut && { audioOut }) }
}
