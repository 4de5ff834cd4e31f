/** Reads usage, model and finish from bytes that pass through unchanged. */

import type { FinishReason } from '../../ground/chat-reply.ts'
import type { GatewayError } from '../../ground/error.ts'
import {
  asArray,
  asNumber,
  asObject,
  asString,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import { serviceClassOf } from '../service-class.ts'
import type { ServiceClass, Tapped, UsageTap } from '../wire.ts'
import { errorOfBody, isErrorBody } from './decode-error.ts'
import { blockReason, candidateError } from './decode-reply.ts'
import { decodeFinish, finishWord } from './finish.ts'
import { decodeUsage } from './usage.ts'

/** A tap for one reply. Usage is a running total on every chunk, so of a stream it parses the first, the last and those that end it. */
export function tap(): UsageTap {
  return new GenerateTap()
}

class GenerateTap implements UsageTap {
  #usage: Usage | undefined
  #model: string | undefined
  #id: string | undefined
  /** Of every candidate seen: how it ended, and whether it called. */
  readonly #candidates = new Map<number, { finish?: FinishReason | undefined; calls: boolean }>()
  #blocked = false
  #ended = false
  #serviceClass: ServiceClass | undefined
  #error: GatewayError | undefined
  /** A chunk not looked into; if none after it says what was used, it has the last word on that. */
  #latest: string | undefined

  event({ data }: SseEvent): boolean {
    if (this.#error) return false
    // What comes after an end may be more of the answer, so every chunk counts then.
    if (this.#model === undefined || this.#ended || matters(data)) this.body(parseJson(data) ?? data)
    else if (data.includes('"usageMetadata"')) this.#latest = data
    return false
  }

  body(body: Json): void {
    if (!isObject(body) || isErrorBody(body)) this.#error = errorOfBody(body, undefined)
    else this.#read(body)
  }

  result(): Tapped {
    const latest = this.#latest === undefined ? undefined : parseJson(this.#latest)
    if (isObject(latest)) this.#readUsage(latest)
    const finish = this.#finish
    return {
      ...(this.#usage && { usage: this.#usage }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(finish && { finish }),
      ...(this.#id !== undefined && { replyId: this.#id }),
      ...(this.#serviceClass && { serviceClass: this.#serviceClass }),
      complete: !this.#error && finish !== undefined,
      ...(this.#error && { error: this.#error }),
    }
  }

  #read(chunk: JsonObject): void {
    this.#model ??= asString(chunk.modelVersion)
    this.#id ??= asString(chunk.responseId)
    this.#readUsage(chunk)
    asArray(chunk.candidates).forEach((entry, position) => {
      if (isObject(entry)) this.#candidate(entry, asNumber(entry.index) ?? position)
    })
    if (blockReason(chunk) !== undefined) this.#blocked = true
  }

  #readUsage(chunk: JsonObject): void {
    const usage = decodeUsage(chunk.usageMetadata)
    if (!usage) return
    this.#usage = usage
    this.#latest = undefined
    this.#serviceClass = servedIn(asObject(chunk.usageMetadata)) ?? this.#serviceClass
  }

  #candidate(candidate: JsonObject, index: number): void {
    const seen = this.#candidates.get(index) ?? { calls: false }
    this.#candidates.set(index, seen)
    const parts = asArray(asObject(candidate.content)?.parts).map(asObject)
    if (parts.some((part) => part?.functionCall)) seen.calls = true
    if (parts.some(saysMore)) seen.finish = undefined
    this.#error ??= candidateError(candidate)
    const word = finishWord(candidate.finishReason)
    if (word === undefined) return
    this.#ended = true
    seen.finish = decodeFinish(word, seen.calls).finish
  }

  /** How the first candidate ended, once all have; a prompt that was blocked has none. */
  get #finish(): FinishReason | undefined {
    const all = [...this.#candidates].sort(([a], [b]) => a - b).map(([, { finish }]) => finish)
    if (all.length === 0) return this.#blocked ? 'content-filter' : undefined
    return all.includes(undefined) ? undefined : all[0]
  }
}

/** More of an answer, and not just a late signature. */
function saysMore(part: JsonObject | undefined): boolean {
  return part !== undefined && Object.keys(part).length > 0 && part.text !== ''
}

/** The Gemini API says the class itself, Vertex AI what quota was used; bought throughput has no price by the token. */
function servedIn(usage: JsonObject | undefined): ServiceClass | undefined {
  return serviceClassOf(usage?.serviceTier) ?? serviceClassOf(asString(usage?.trafficType)?.toLowerCase())
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
