/** Reads usage, model and finish from bytes that pass through unchanged. */

import type { FinishReason } from '../../ground/chat-reply.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import type { Tapped, UsageTap } from '../wire.ts'
import { errorOfBody, isErrorBody } from './decode-error.ts'
import { decodeFinish } from './finish.ts'
import { decodeUsage } from './usage.ts'

/** A tap for one reply, of a chat or a single prompt. Of a stream it parses the first line, calls, errors and the last line. */
export function tap(): UsageTap {
  return new LineTap()
}

class LineTap implements UsageTap {
  #usage: Usage | undefined
  #model: string | undefined
  #finish: FinishReason | undefined
  #calls = false
  #complete = false
  #error: GatewayError | undefined

  event({ data }: SseEvent): boolean {
    if (this.#complete || this.#error) return false
    if (this.#model === undefined || matters(data)) this.body(parseJson(data) ?? data)
    return false
  }

  body(body: Json): void {
    if (!isObject(body) || isErrorBody(body)) this.#error = errorOfBody(body, undefined)
    else this.#read(body)
  }

  result(): Tapped {
    return {
      ...(this.#usage && { usage: this.#usage }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#finish && { finish: this.#finish }),
      complete: this.#complete && !this.#error,
      ...(this.#error && { error: this.#error }),
    }
  }

  #read(body: JsonObject): void {
    this.#model ??= asString(body.model)
    if (asArray(asObject(body.message)?.tool_calls).length > 0) this.#calls = true
    if (body.done !== true) return
    this.#complete = true
    this.#usage = decodeUsage(body)
    this.#finish = decodeFinish(asString(body.done_reason), this.#calls).finish
  }
}

/** Quotes inside a JSON text are escaped, so these are field names wherever they stand. */
function matters(data: string): boolean {
  return data.includes('"error"') || data.includes('"tool_calls"') || /"done":\s*true/.test(data)
}
