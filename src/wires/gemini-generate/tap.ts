/** Reads usage, model and finish from bytes that pass through unchanged. */

import type { FinishReason } from '../../ground/chat-reply.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import type { Tapped, UsageTap } from '../wire.ts'
import { errorOfBody, isErrorBody } from './decode-error.ts'
import { blockReason, candidateError } from './decode-reply.ts'
import { decodeFinish } from './finish.ts'
import { decodeUsage } from './usage.ts'

/** A tap for one reply. Usage is a running total on every chunk, so of a stream it parses the first, the last and those that end it. */
export function tap(): UsageTap {
  return new GenerateTap()
}

class GenerateTap implements UsageTap {
  #usage: Usage | undefined
  #model: string | undefined
  #id: string | undefined
  #finish: FinishReason | undefined
  #calls = false
  #error: GatewayError | undefined
  /** A chunk not looked into; if no other comes it has the last word on usage. */
  #latest: string | undefined

  event({ data }: SseEvent): boolean {
    if (this.#error) return false
    this.#latest = undefined
    if (this.#model === undefined || matters(data)) this.body(parseJson(data) ?? data)
    else this.#latest = data
    return false
  }

  body(body: Json): void {
    if (!isObject(body) || isErrorBody(body)) this.#error = errorOfBody(body, undefined)
    else this.#read(body)
  }

  result(): Tapped {
    const latest = this.#latest === undefined ? undefined : parseJson(this.#latest)
    this.#latest = undefined
    if (isObject(latest)) this.#read(latest)
    return {
      ...(this.#usage && { usage: this.#usage }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#finish && { finish: this.#finish }),
      ...(this.#id !== undefined && { replyId: this.#id }),
      complete: !this.#error && this.#finish !== undefined,
      ...(this.#error && { error: this.#error }),
    }
  }

  #read(chunk: JsonObject): void {
    this.#model ??= asString(chunk.modelVersion)
    this.#id ??= asString(chunk.responseId)
    this.#usage = decodeUsage(chunk.usageMetadata) ?? this.#usage
    for (const entry of asArray(chunk.candidates)) this.#candidate(asObject(entry) ?? {})
    if (blockReason(chunk) !== undefined) this.#finish ??= 'content-filter'
  }

  #candidate(candidate: JsonObject): void {
    if (asArray(asObject(candidate.content)?.parts).some((part) => asObject(part)?.functionCall)) this.#calls = true
    this.#error ??= candidateError(candidate)
    const word = asString(candidate.finishReason)
    if (word !== undefined) this.#finish ??= decodeFinish(word, this.#calls).finish
  }
}

/** Quotes inside a JSON text are escaped, so these are field names wherever they stand. */
function matters(data: string): boolean {
  return (
    data.includes('"finishReason"') ||
    data.includes('"error"') ||
    data.includes('"functionCall"') ||
    data.includes('"blockReason"')
  )
}
