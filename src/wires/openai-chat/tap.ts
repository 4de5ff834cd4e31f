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
import type { NanoDollars } from '../../ground/money.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import { billedCost } from '../billed-cost.ts'
import type { Quirks } from '../quirks.ts'
import { serviceClassOf } from '../service-class.ts'
import type { ServiceClass, Tapped, UsageTap } from '../wire.ts'
import { errorOfBody } from './decode-error.ts'
import { choiceError } from './decode-reply.ts'
import { isErrorBody } from './error-facts.ts'
import { decodeFinish } from './finish.ts'
import { decodeUsage, usageOf } from './usage.ts'

/** A tap for one reply. Of a stream it parses the first event, and those with usage, a finish, a refusal or an error. */
export function tap(quirks: Quirks, askedUsage: boolean): UsageTap {
  return new ChatTap(quirks, askedUsage)
}

class ChatTap implements UsageTap {
  readonly #quirks: Quirks
  readonly #askedUsage: boolean
  #usage: Usage | undefined
  #model: string | undefined
  #finish: FinishReason | undefined
  /** Choices that have refused so far: their finish says only `stop`. */
  readonly #refused = new Set<number>()
  #ended = false
  #error: GatewayError | undefined
  #serviceClass: ServiceClass | undefined
  #billedNano: NanoDollars | undefined
  #searchContext: Tapped['searchContext']

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
      ...(this.#serviceClass && { serviceClass: this.#serviceClass }),
      ...(this.#searchContext !== undefined && { searchContext: this.#searchContext }),
      ...(this.#billedNano !== undefined && { billedNano: this.#billedNano }),
    }
  }

  #read(chunk: JsonObject): void {
    this.#model ??= asString(chunk.model) || undefined
    const usage = usageOf(chunk)
    this.#usage = decodeUsage(usage, this.#quirks) ?? this.#usage
    this.#billedNano = billedCost(asObject(usage)) ?? this.#billedNano
    this.#searchContext = searchContextOf(asObject(usage)?.search_context_size) ?? this.#searchContext
    this.#serviceClass = serviceClassOf(chunk.service_tier) ?? this.#serviceClass
    for (const choice of asArray(chunk.choices)) {
      if (!isObject(choice)) continue
      const index = asNumber(choice.index) ?? 0
      const message = asObject(choice.message) ?? asObject(choice.delta)
      if (asString(message?.refusal)) this.#refused.add(index)
      if (asString(choice.finish_reason) === undefined) continue
      const { finish } = decodeFinish(choice, { toolCalls: false, refusal: this.#refused.has(index) })
      this.#finish ??= finish
      if (finish === 'error' && !this.#error) this.#error = choiceError(choice)
    }
  }
}

function searchContextOf(size: Json | undefined): Tapped['searchContext'] {
  return size === 'low' || size === 'medium' || size === 'high' ? size : undefined
}

/** Quotes inside a JSON text are escaped, so these are field names wherever they stand; nulls are not wanted. */
function matters(data: string): boolean {
  return (
    (data.includes('"usage"') && /"usage":\s*\{/.test(data)) ||
    (data.includes('"finish_reason"') && /"finish_reason":\s*"/.test(data)) ||
    (data.includes('"refusal"') && /"refusal":\s*"./.test(data)) ||
    data.includes('"error"')
  )
}
