/** Events of a Messages stream -> parts. */

import type { Part } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { asObject, asString, isObject, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { StreamDecoder } from '../wire.ts'
import { BlockSequence } from './block-sequence.ts'
import { errorOfBody } from './decode-error.ts'
import { eventType } from './event-type.ts'
import { unknownFields } from './extras.ts'
import { decodeFinish } from './finish.ts'
import { decodeReplyExtras } from './reply-fields.ts'
import { decodeUsage, mergeUsage } from './usage.ts'
import { WIRE } from './wire-name.ts'

/** A decoder for one stream. Pings, unknown events and OpenRouter's `[DONE]` are passed over. */
export function decodeStream(): StreamDecoder {
  return new MessagesDecoder()
}

class MessagesDecoder implements StreamDecoder {
  readonly #blocks = new BlockSequence()
  #usage: JsonObject = {}
  #id: string | undefined
  #finished = false
  #over = false

  push(event: SseEvent): Part[] {
    if (this.#over || event.data === '' || event.data.trim() === '[DONE]') return []
    const value = parseJson(event.data)
    if (!isObject(value)) {
      if (!EVENTS.has(event.event)) return []
      return this.#fail(`The provider sent a ${event.event} event that is not JSON.`)
    }
    return this.#take(value)
  }

  end(): Part[] {
    if (this.#over) return []
    const parts = this.#blocks.flush()
    if (this.#finished) return [...parts, ...this.#complete()]
    return [...parts, ...this.#fail('The provider closed the stream before its end mark.')]
  }

  #take(event: JsonObject): Part[] {
    switch (eventType(event)) {
      case 'message_start':
        return this.#start(asObject(event.message) ?? {})
      case 'content_block_start':
      case 'content_block_delta':
      case 'content_block_stop':
        return this.#blocks.push(event)
      case 'message_delta':
        return [...this.#blocks.flush(), ...this.#delta(event)]
      case 'message_stop':
        return [...this.#blocks.flush(), ...this.#complete()]
      case 'error':
        this.#over = true
        return [...this.#blocks.flush(), { type: 'reply-error', error: errorOfBody(event, undefined) }]
      default:
        return []
    }
  }

  #start(message: JsonObject): Part[] {
    const id = asString(message.id) ?? ''
    if (this.#id !== undefined) {
      // A repeated start is harmless; a new message spliced into a half-sent one would run two answers together.
      if (id === this.#id || !this.#blocks.begun) return []
      return this.#fail('The provider began a second message inside the first one.')
    }
    this.#id = id
    this.#usage = mergeUsage(this.#usage, message.usage)
    const usage = decodeUsage(this.#usage)
    return [
      {
        type: 'reply-start',
        id,
        model: asString(message.model) ?? '',
        ...(usage && { usage }),
        ...decodeReplyExtras(message),
      },
    ]
  }

  #delta(event: JsonObject): Part[] {
    const delta = asObject(event.delta) ?? {}
    this.#usage = mergeUsage(this.#usage, event.usage)
    const usage = decodeUsage(this.#usage)
    const usageParts: Part[] = usage ? [{ type: 'usage', usage }] : []
    const stopReason = asString(delta.stop_reason)
    if (stopReason === undefined) return usageParts
    this.#finished = true
    const fields = {
      ...unknownFields(event, new Set(['type', 'delta', 'usage'])),
      ...unknownFields(delta, new Set(['stop_reason', 'stop_sequence'])),
    }
    const explanation = asString(asObject(delta.stop_details)?.explanation)
    return [
      ...(stopReason === 'refusal' && explanation ? [refusal(explanation)] : []),
      {
        type: 'choice-finish',
        choice: 0,
        ...decodeFinish(stopReason, asString(delta.stop_sequence)),
        ...(Object.keys(fields).length > 0 && { extras: { wire: WIRE, fields } }),
      },
      ...usageParts,
    ]
  }

  #complete(): Part[] {
    this.#over = true
    return [{ type: 'reply-end' }]
  }

  #fail(message: string): Part[] {
    this.#over = true
    return [{ type: 'reply-error', error: gatewayError('upstream-error', message, { origin: 'upstream' }) }]
  }
}

const EVENTS: ReadonlySet<string> = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'error',
])

function refusal(text: string): Part {
  return { type: 'refusal-delta', choice: 0, text }
}
