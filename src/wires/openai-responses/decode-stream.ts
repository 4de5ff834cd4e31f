/** Events of a Responses stream -> parts. */

import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asNumber, asObject, asString, isObject, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { StreamDecoder } from '../wire.ts'
import { eventError, responseError } from './decode-error.ts'
import { endOf, startOf } from './decode-reply.ts'
import type { ItemReader } from './item-reader.ts'
import { ItemReaders } from './read-items.ts'
import { decodeUsage } from './usage.ts'

/**
 * A decoder for one stream. Items are known by their `output_index`, never by their id: Copilot gives an item another id
 * in every event (openai/openai-responses/stream-reasoning, id rotation). Unknown events and `[DONE]` are passed over.
 */
export function decodeStream(): StreamDecoder {
  return new ResponsesDecoder()
}

interface OpenItem {
  readonly reader: ItemReader
  readonly type: string
}

class ResponsesDecoder implements StreamDecoder {
  readonly #readers = new ItemReaders(() => this.#id)
  readonly #open = new Map<number, OpenItem>()
  #id = ''
  #started = false
  #anyItem = false
  #over = false

  push(event: SseEvent): Part[] {
    const data = event.data.trim()
    if (this.#over || data === '' || data === '[DONE]') return []
    const value = parseJson(data)
    if (!isObject(value)) return event.event === 'error' ? this.#fail(eventError(value ?? data)) : []
    return this.#take({ ...value, type: asString(value.type) ?? event.event })
  }

  end(): Part[] {
    return this.#over ? [] : this.#fail(BROKEN_OFF)
  }

  #take(event: JsonObject): Part[] {
    switch (event.type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        return this.#start(asObject(event.response) ?? {})
      case 'response.output_item.added':
        return [...this.#start({}), ...this.#added(event)]
      case 'response.output_item.done':
        return [...this.#start({}), ...this.#done(event)]
      case 'response.completed':
      case 'response.incomplete':
        return this.#complete(asObject(event.response) ?? {})
      case 'response.failed':
      case 'response.cancelled':
        return this.#failed(asObject(event.response) ?? {})
      case 'error':
        return this.#fail(eventError(event))
      default:
        // An error envelope in place of an event, as servers of other wires send it.
        if (event.type === '' && isObject(event.error)) return this.#fail(eventError(event))
        return this.#item(event)?.reader.event(event) ?? []
    }
  }

  #start(response: JsonObject): Part[] {
    if (this.#started) return []
    this.#started = true
    const start = startOf(response)
    this.#id = start.id
    return [start]
  }

  #added(event: JsonObject): Part[] {
    const index = asNumber(event.output_index) ?? this.#open.size
    const item = asObject(event.item) ?? {}
    return this.#create(index, item).reader.start(item)
  }

  #done(event: JsonObject): Part[] {
    const item = asObject(event.item) ?? {}
    const index = asNumber(event.output_index) ?? 0
    const open = this.#open.get(index) ?? this.#create(index, item)
    this.#open.delete(index)
    return open.reader.done(item)
  }

  #create(index: number, item: JsonObject): OpenItem {
    this.#anyItem = true
    const open = { reader: this.#readers.create(item, String(index)), type: asString(item.type) ?? '' }
    this.#open.set(index, open)
    return open
  }

  /** The item an event is about. Some servers announce no items: what they say tells the kind. */
  #item(event: JsonObject): OpenItem | undefined {
    const index = asNumber(event.output_index) ?? 0
    const known = this.#open.get(index)
    if (known) return known
    const name = String(event.type)
    if (/^response\.(output_text|refusal)\.delta$/.test(name)) return this.#create(index, { type: 'message' })
    return /^response\.reasoning_(summary_)?text\.delta$/.test(name)
      ? this.#create(index, { type: 'reasoning' })
      : undefined
  }

  #complete(response: JsonObject): Part[] {
    this.#over = true
    const output = asArray(response.output)
    const parts = this.#start(response)
    for (const [index, { reader, type }] of [...this.#open].sort(([a], [b]) => a - b)) {
      const item = output[index]
      parts.push(...reader.done(isObject(item) && item.type === type ? item : { type }))
    }
    // Only the end was sent: everything is in it.
    if (!this.#anyItem)
      output.filter(isObject).forEach((item, index) => {
        parts.push(...this.#readers.create(item, String(index)).done(item))
      })
    return [...parts, ...endOf(response, this.#readers)]
  }

  #failed(response: JsonObject): Part[] {
    const usage = decodeUsage(response)
    return [...(usage ? [{ type: 'usage', usage } as const] : []), ...this.#fail(responseError(response))]
  }

  #fail(error: GatewayError): Part[] {
    this.#over = true
    return [{ type: 'reply-error', error }]
  }
}

const BROKEN_OFF = gatewayError(
  'upstream-error',
  'The provider closed the stream before its end mark, so the answer is incomplete.',
  { origin: 'upstream' },
)
