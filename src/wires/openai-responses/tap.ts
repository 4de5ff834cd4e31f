/** Reads usage, model, finish and id from bytes that pass through unchanged. */

import type { FinishReason } from '../../ground/chat-reply.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { NanoDollars } from '../../ground/money.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import { billedCost } from '../billed-cost.ts'
import { serviceClassOf } from '../service-class.ts'
import type { ServiceClass, Tapped, UsageTap } from '../wire.ts'
import { errorOfWhole, eventError, responseError } from './decode-error.ts'
import { decodeFinish } from './finish.ts'
import { isClientCall } from './read-items.ts'
import { decodeUsage } from './usage.ts'

/** A tap for one reply. Of a stream it parses the events about the response as a whole, and errors. */
export function tap(): UsageTap {
  return new ResponsesTap()
}

class ResponsesTap implements UsageTap {
  #usage: Usage | undefined
  #model: string | undefined
  #finish: FinishReason | undefined
  #ended = false
  #error: GatewayError | undefined
  #replyId: string | undefined
  #serviceClass: ServiceClass | undefined
  #billedNano: NanoDollars | undefined
  #toolCalls = false
  #refusal = false

  event({ event, data }: SseEvent): boolean {
    if (this.#ended || this.#error) return false
    this.#notice(event, data)
    if (matters(event, data)) this.#take(event, parseJson(data) ?? data)
    // This wire always sends usage, so no event is there only because we asked.
    return false
  }

  body(body: Json): void {
    const error = errorOfWhole(body)
    if (isObject(body)) this.#response(body)
    if (error) this.#error = error
    else this.#ended = true
  }

  result(): Tapped {
    return {
      ...(this.#usage && { usage: this.#usage }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#finish && { finish: this.#finish }),
      complete: !this.#error && this.#ended,
      ...(this.#error && { error: this.#error }),
      ...(this.#replyId !== undefined && { replyId: this.#replyId }),
      ...(this.#serviceClass && { serviceClass: this.#serviceClass }),
      ...(this.#billedNano !== undefined && { billedNano: this.#billedNano }),
    }
  }

  /** Of items only what decides the finish, for hosts that end with an empty output (chatgpt/openai-responses). */
  #notice(event: string, data: string): void {
    if (event !== 'response.output_item.added' && event !== 'response.content_part.done' && event !== '') return
    this.#toolCalls ||= CALL.test(data)
    this.#refusal ||= REFUSAL.test(data)
  }

  #take(name: string, event: Json): void {
    const response = isObject(event) ? (asObject(event.response) ?? {}) : {}
    switch (isObject(event) ? (asString(event.type) ?? name) : name) {
      case 'response.created':
        this.#head(response)
        return
      case 'response.completed':
      case 'response.incomplete':
        this.#response(response)
        this.#ended = true
        return
      case 'response.failed':
      case 'response.cancelled':
        this.#response(response)
        this.#error = responseError(response)
        return
      case 'error':
        this.#error = eventError(event)
        return
      case '':
        if (isObject(event) && isObject(event.error)) this.#error = eventError(event)
    }
  }

  #head(response: JsonObject): void {
    this.#model ??= asString(response.model) || undefined
    this.#replyId ??= asString(response.id) || undefined
  }

  #response(response: JsonObject): void {
    this.#head(response)
    this.#usage = decodeUsage(response) ?? this.#usage
    this.#serviceClass = serviceClassOf(response.service_tier) ?? this.#serviceClass
    this.#billedNano = billedCost(asObject(response.usage)) ?? this.#billedNano
    for (const item of asArray(response.output).filter(isObject)) {
      this.#toolCalls ||= isClientCall(item)
      this.#refusal ||= asArray(item.content).some((part) => isObject(part) && Boolean(asString(part.refusal)))
    }
    if (response.status === 'failed') return
    this.#finish = decodeFinish(response, { toolCalls: this.#toolCalls, refusal: this.#refusal }).finish
  }
}

/** Quotes inside a JSON text are escaped, so these are fields wherever they stand. */
const CALL = /"type":\s*"(function_call|custom_tool_call|local_shell_call|shell_call|computer_call|apply_patch_call)"/
const REFUSAL = /"refusal":\s*"[^"]/
const WHOLE = /"type":\s*"(response\.(created|completed|incomplete|failed|cancelled)|error)"|"error":\s*\{/

function matters(event: string, data: string): boolean {
  switch (event) {
    case 'response.created':
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
    case 'response.cancelled':
    case 'error':
      return true
    case '':
      return WHOLE.test(data)
    default:
      return false
  }
}
