/** The events of a stream -> parts. */

import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asNumber, asObject, asString, isObject, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { StreamDecoder } from '../wire.ts'
import { decodeCitation } from './citations.ts'
import { errorOfBody } from './decode-error.ts'
import { failedAnswer } from './decode-reply.ts'
import { decodeFinish } from './finish.ts'
import { replyExtras } from './reply-fields.ts'
import { StreamContent } from './stream-content.ts'
import { StreamToolCalls } from './stream-tool-calls.ts'
import { decodeUsage } from './usage.ts'
import { modernEvents } from './version-one.ts'
import { WIRE } from './wire-name.ts'

const KNOWN_AT_END = new Set(['finish_reason', 'usage', 'error'])

/** Type of the opaque block that carries an event we do not know. */
export const UNKNOWN_EVENT = 'stream_event'

/** A decoder for one stream; only `message-end` ends it well, and the `[DONE]` that follows says nothing more. */
export function decodeStream(): StreamDecoder {
  return new EventDecoder()
}

class EventDecoder implements StreamDecoder {
  readonly #content = new StreamContent()
  readonly #calls = new StreamToolCalls()
  #over = false

  push({ data }: SseEvent): Part[] {
    if (this.#over) return []
    if (data.trim() === '[DONE]') return this.end()
    const event = parseJson(data)
    if (!isObject(event)) return this.#fail(errorOfBody(event ?? data))
    const modern = modernEvents(event) ?? [event]
    return modern.flatMap((each) => this.#take(each))
  }

  end(): Part[] {
    return this.#over ? [] : this.#fail(BROKEN_OFF)
  }

  #take(event: JsonObject): Part[] {
    if (this.#over) return []
    const delta = asObject(event.delta) ?? {}
    const message = asObject(delta.message) ?? {}
    switch (event.type) {
      case 'message-start':
        return [{ type: 'reply-start', id: asString(event.id) ?? '', model: '' }]
      case 'content-start':
        return this.#content.start(asObject(message.content) ?? {})
      case 'content-delta':
        return this.#content.delta(asObject(message.content) ?? {}, event.logprobs ?? delta.logprobs)
      case 'content-end':
        return this.#content.end()
      case 'tool-plan-delta':
        return this.#content.plan(asString(message.tool_plan) ?? '')
      case 'tool-call-start':
        return this.#calls.start(asNumber(event.index) ?? 0, asObject(message.tool_calls) ?? {})
      case 'tool-call-delta':
        return this.#calls.delta(asNumber(event.index) ?? 0, asObject(message.tool_calls) ?? {})
      case 'tool-call-end':
        return this.#calls.end(asNumber(event.index) ?? 0)
      case 'citation-start': {
        const citation = asObject(message.citations)
        return citation ? [{ type: 'text-citation', choice: 0, citation: decodeCitation(citation) }] : []
      }
      case 'citation-end':
        return []
      case 'message-end':
        return this.#finish(delta)
      case 'error':
      case undefined:
        return this.#fail(errorOfBody(event))
      default:
        return [{ type: 'opaque-block', choice: 0, wire: WIRE, value: { type: UNKNOWN_EVENT, event } }]
    }
  }

  #finish(delta: JsonObject): Part[] {
    const finish = decodeFinish(asString(delta.finish_reason))
    if (finish.finish === 'error' || asString(delta.error)) return this.#fail(failedAnswer(delta))
    this.#over = true
    const extras = replyExtras(delta, KNOWN_AT_END)
    const usage = decodeUsage(delta.usage)
    return [
      ...this.#calls.endAll(),
      { type: 'choice-finish', choice: 0, ...finish, ...(extras && { extras }) },
      ...(usage ? [{ type: 'usage' as const, usage }] : []),
      { type: 'reply-end' },
    ]
  }

  #fail(error: GatewayError): Part[] {
    this.#over = true
    return [{ type: 'reply-error', error }]
  }
}

const BROKEN_OFF = gatewayError(
  'upstream-error',
  'The provider closed the stream before its message-end event, so the answer is incomplete.',
  { origin: 'upstream' },
)
