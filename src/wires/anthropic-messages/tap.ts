/** Reads usage, model and finish from bytes that pass through unchanged. */

import type { GatewayError } from '../../ground/error.ts'
import { asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import { serviceClassOf } from '../service-class.ts'
import type { Tapped, UsageTap } from '../wire.ts'
import { errorOfBody } from './decode-error.ts'
import { eventType } from './event-type.ts'
import { decodeFinish } from './finish.ts'
import { decodeUsage, mergeUsage } from './usage.ts'

/** A tap for one reply. Content events, which are nearly all of a stream, are not parsed. */
export function tap(): UsageTap {
  return new MessagesTap()
}

class MessagesTap implements UsageTap {
  #usage: JsonObject = {}
  #id: string | undefined
  #model: string | undefined
  #stopReason: string | undefined
  #stopped = false
  #error: GatewayError | undefined

  event(event: SseEvent): boolean {
    if (!this.#stopped && !this.#error && matters(event)) {
      const value = parseJson(event.data)
      if (isObject(value)) this.#take(value)
    }
    // This wire always sends usage, so no event is there only because we asked.
    return false
  }

  body(body: Json): void {
    if (!isObject(body)) return
    if (body.type === 'error' || isObject(body.error)) {
      this.#error = errorOfBody(body, undefined)
      return
    }
    this.#message(body)
    this.#stopped = Array.isArray(body.content)
  }

  result(): Tapped {
    const usage = decodeUsage(this.#usage)
    const serviceClass = serviceClassOf(this.#usage.service_tier)
    return {
      ...(usage && { usage }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#stopReason !== undefined && { finish: decodeFinish(this.#stopReason, undefined).finish }),
      // A host that leaves out message_stop after the stop reason has still said everything.
      complete: !this.#error && (this.#stopped || this.#stopReason !== undefined),
      ...(this.#error && { error: this.#error }),
      ...(serviceClass && { serviceClass }),
      ...(this.#id !== undefined && { replyId: this.#id }),
    }
  }

  #take(event: JsonObject): void {
    const type = eventType(event)
    if (type === 'message_start') this.#message(asObject(event.message) ?? {})
    else if (type === 'message_delta') {
      this.#usage = mergeUsage(this.#usage, event.usage)
      this.#stopReason = asString(asObject(event.delta)?.stop_reason) ?? this.#stopReason
    } else if (type === 'message_stop') this.#stopped = true
    else if (type === 'error') this.#error = errorOfBody(event, undefined)
  }

  #message(message: JsonObject): void {
    this.#usage = mergeUsage(this.#usage, message.usage)
    this.#id = asString(message.id) ?? this.#id
    this.#model = asString(message.model) ?? this.#model
    this.#stopReason = asString(message.stop_reason) ?? this.#stopReason
  }
}

/** By the event's name; a host that gives no names is judged by the text, where a false alarm only costs a parse. */
function matters({ event, data }: SseEvent): boolean {
  switch (event) {
    case 'message_start':
    case 'message_delta':
    case 'message_stop':
    case 'error':
      return true
    case 'content_block_delta':
    case 'content_block_start':
    case 'content_block_stop':
    case 'ping':
      return false
    default:
      return data.includes('message_') || data.includes('error')
  }
}
