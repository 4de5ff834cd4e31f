/** Reads usage, finish and price class from bytes that pass through unchanged. */

import type { GatewayError } from '../../ground/error.ts'
import { asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Tapped, UsageTap } from '../wire.ts'
import { errorOfException } from './decode-error.ts'
import { notAReply } from './decode-reply.ts'
import { readEvent } from './event-value.ts'
import { decodeFinish } from './finish.ts'
import { modelOf, serviceClassOf } from './reply-fields.ts'
import { decodeUsage } from './usage.ts'

/** A tap for one reply. Content events, which are nearly all of a stream, are not parsed. */
export function tap(): UsageTap {
  return new ConverseTap()
}

class ConverseTap implements UsageTap {
  #stop: JsonObject | undefined
  #metadata: JsonObject = {}
  #error: GatewayError | undefined

  event(event: SseEvent): boolean {
    const over = this.#error !== undefined || (this.#stop !== undefined && Object.keys(this.#metadata).length > 0)
    if (!over && matters(event)) this.#take(event)
    // This wire always sends usage, so no event is there only because we asked.
    return false
  }

  body(body: Json): void {
    if (isObject(body) && isObject(asObject(body.output)?.message)) {
      this.#stop = body
      this.#metadata = body
    } else this.#error = notAReply(body)
  }

  result(): Tapped {
    const usage = decodeUsage(this.#metadata.usage)
    const model = modelOf(this.#metadata)
    const serviceClass = serviceClassOf(this.#metadata)
    return {
      ...(usage && { usage }),
      ...(model !== undefined && { model }),
      ...(this.#stop && { finish: decodeFinish(asString(this.#stop.stopReason)).finish }),
      ...(serviceClass && { serviceClass }),
      complete: this.#stop !== undefined && !this.#error,
      ...(this.#error && { error: this.#error }),
    }
  }

  #take(event: SseEvent): void {
    const read = readEvent(event)
    if (read?.kind === 'messageStop') this.#stop = read.value
    else if (read?.kind === 'metadata') this.#metadata = read.value
    else if (read?.kind === 'exception') this.#error = errorOfException(read.name, parseJson(read.data) ?? read.data)
  }
}

/** By the event's name; where there is none, by the text, where a false alarm only costs a parse. */
function matters({ event, data }: SseEvent): boolean {
  if (event === '') return data.includes('messageStop') || data.includes('metadata') || data.includes('Exception')
  return event === 'messageStop' || event === 'metadata' || event.startsWith('exception:')
}
