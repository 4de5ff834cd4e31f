/** Reads usage, model and finish from bytes that pass through unchanged. */

import type { FinishReason } from '../../ground/chat-reply.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import type { Quirks } from '../quirks.ts'
import type { Tapped, UsageTap } from '../wire.ts'
import { errorOfBody } from './decode-error.ts'
import { choiceError } from './decode-reply.ts'
import { isErrorBody } from './error-facts.ts'
import { decodeFinish } from './finish.ts'
import { decodeUsage, usageOf } from './usage.ts'

/** A tap for one reply. Of a stream it parses the first event, and those with usage, a finish or an error. */
export function tap(quirks: Quirks, askedUsage: boolean): UsageTap {
  return new ChatTap(quirks, askedUsage)
}

class ChatTap implements UsageTap {
  readonly #quirks: Quirks
  readonly #askedUsage: boolean
  #usage: Usage | undefined
  #model: string | undefined
  #finish: FinishReason | undefined
  #ended = false
  #error: GatewayError | undefined

  constructor(quirks: Quirks, askedUsage: boolean) {
    this.#quirks = quirks
    this.#askedUsage = askedUsage
  }

  event({ event, data }: SseEvent): boolean {
    if (this.#ended || this.#error) return false
    if (data.startsWith('[DONE]')) {
      this.#ended = true
      return false
    }
    if (event !== 'error' && this.#model !== undefined && !matters(data)) return false
    const chunk = parseJson(data)
    if (!isObject(chunk) || event === 'error' || isErrorBody(chunk)) {
      this.#error = errorOfBody(chunk ?? data, undefined)
      if (isObject(chunk)) this.#read(chunk)
      return false
    }
    this.#read(chunk)
    return this.#askedUsage && isObject(chunk.usage) && Array.isArray(chunk.choices) && chunk.choices.length === 0
  }

  body(body: Json): void {
    if (!isObject(body) || isErrorBody(body)) this.#error = errorOfBody(body, undefined)
    if (!isObject(body)) return
    this.#read(body)
    this.#ended = Array.isArray(body.choices)
  }

  result(): Tapped {
    return {
      ...(this.#usage && { usage: this.#usage }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#finish && { finish: this.#finish }),
      // Several vendors close without `[DONE]`.
      complete: !this.#error && (this.#ended || this.#finish !== undefined),
      ...(this.#error && { error: this.#error }),
    }
  }

  #read(chunk: JsonObject): void {
    this.#model ??= asString(chunk.model) || undefined
    this.#usage = decodeUsage(usageOf(chunk), this.#quirks) ?? this.#usage
    for (const choice of asArray(chunk.choices)) {
      if (!isObject(choice) || asString(choice.finish_reason) === undefined) continue
      const message = asObject(choice.message) ?? asObject(choice.delta)
      const refusal = typeof message?.refusal === 'string'
      const { finish } = decodeFinish(choice, { toolCalls: false, refusal })
      this.#finish ??= finish
      if (finish === 'error' && !this.#error) this.#error = choiceError(choice)
    }
  }
}

/** Quotes inside a JSON text are escaped, so these are field names wherever they stand; nulls are not wanted. */
function matters(data: string): boolean {
  return (
    (data.includes('"usage"') && /"usage":\s*\{/.test(data)) ||
    (data.includes('"finish_reason"') && /"finish_reason":\s*"/.test(data)) ||
    data.includes('"error"')
  )
}
