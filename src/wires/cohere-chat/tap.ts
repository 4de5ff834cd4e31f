/** Reads usage, finish and id from bytes that pass through unchanged. */

import type { FinishReason } from '../../ground/chat-reply.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import type { Tapped, UsageTap } from '../wire.ts'
import { errorOfBody, isErrorBody } from './decode-error.ts'
import { failedAnswer } from './decode-reply.ts'
import { decodeFinish } from './finish.ts'
import { decodeUsage } from './usage.ts'
import { modernReply } from './version-one.ts'

/** A tap for one reply. Of a stream it parses the first event, the last, and those that are no event of the API. */
export function tap(): UsageTap {
  return new EventTap()
}

class EventTap implements UsageTap {
  #usage: Usage | undefined
  #finish: FinishReason | undefined
  #replyId: string | undefined
  #complete = false
  #error: GatewayError | undefined

  event({ data }: SseEvent): boolean {
    if (this.#complete || this.#error || !matters(data)) return false
    const event = parseJson(data)
    if (!isObject(event) || event.type === 'error' || (event.type === undefined && event.event_type === undefined)) {
      this.#error = errorOfBody(event ?? data)
    } else if (event.type === 'message-start') this.#replyId = asString(event.id)
    else if (event.type === 'message-end') this.#end(asObject(event.delta) ?? {})
    else if (event.event_type === 'stream-end') this.body(event.response ?? null)
    return false
  }

  body(body: Json): void {
    if (!isObject(body) || isErrorBody(body)) {
      this.#error = errorOfBody(body)
      return
    }
    const modern = modernReply(body) ?? body
    this.#replyId = asString(modern.id)
    if (asObject(modern.message)) this.#end(modern)
  }

  result(): Tapped {
    return {
      ...(this.#usage && { usage: this.#usage }),
      ...(this.#finish && { finish: this.#finish }),
      complete: this.#complete && !this.#error,
      ...(this.#error && { error: this.#error }),
      ...(this.#replyId && { replyId: this.#replyId }),
    }
  }

  #end(owner: JsonObject): void {
    this.#usage = decodeUsage(owner.usage)
    this.#finish = decodeFinish(asString(owner.finish_reason)).finish
    if (this.#finish === 'error' || asString(owner.error)) this.#error = failedAnswer(owner)
    else this.#complete = true
  }
}

/** Events with words of the answer are not looked at; quotes inside a JSON text are escaped, so names are names. */
function matters(data: string): boolean {
  if (data.startsWith('[DONE]')) return false
  return !data.includes('"type"') || /"(message-start|message-end|error)"/.test(data)
}
