/** The events of a Completions stream -> parts. */

import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asNumber, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import { errorOfBody } from '../openai-chat/decode-error.ts'
import { choiceError } from '../openai-chat/decode-reply.ts'
import { isErrorBody } from '../openai-chat/error-facts.ts'
import { decodeUsage } from '../openai-chat/usage.ts'
import type { Quirks } from '../quirks.ts'
import type { StreamDecoder } from '../wire.ts'
import { choiceFields, replyExtras } from './choice-fields.ts'
import { finishOf } from './decode-reply.ts'
import { decodeLogprobs } from './logprobs.ts'
import { WIRE } from './wire-name.ts'

/** A decoder for one stream. After an error or the end it says nothing more. */
export function decodeStream(quirks: Quirks): StreamDecoder {
  return new CompletionsDecoder(quirks)
}

type Finish = Extract<Part, { type: 'choice-finish' }>

class CompletionsDecoder implements StreamDecoder {
  readonly #quirks: Quirks
  /** Every choice seen, with how it ended once it has. */
  readonly #choices = new Map<number, Finish | undefined>()
  #started = false
  #done = false
  #extras: Record<string, Json> = {}
  #lastUsage = ''

  constructor(quirks: Quirks) {
    this.#quirks = quirks
  }

  push(event: SseEvent): Part[] {
    const data = event.data.trim()
    if (this.#done || data === '') return []
    if (data === '[DONE]') return this.#started ? this.#complete() : this.#fail(BROKEN_OFF)
    const chunk = parseJson(data)
    if (isObject(chunk) && event.event !== 'error' && !isErrorBody(chunk)) return this.#chunk(chunk)
    return [...(isObject(chunk) ? this.#usage(chunk) : []), ...this.#fail(errorOfBody(chunk ?? data, undefined))]
  }

  end(): Part[] {
    if (this.#done) return []
    // A server that closes without `[DONE]` has still said everything if every choice has ended.
    const finished = this.#choices.size > 0 && [...this.#choices.values()].every((finish) => finish !== undefined)
    return finished ? this.#complete() : this.#fail(BROKEN_OFF)
  }

  #chunk(chunk: JsonObject): Part[] {
    const parts: Part[] = []
    Object.assign(this.#extras, replyExtras(chunk)?.fields)
    const entries = asArray(chunk.choices).filter(isObject)
    if (!this.#started && (entries.length > 0 || asString(chunk.model))) {
      this.#started = true
      const createdSeconds = asNumber(chunk.created)
      parts.push({
        type: 'reply-start',
        id: asString(chunk.id) ?? '',
        model: asString(chunk.model) ?? '',
        ...(createdSeconds && { createdSeconds }),
      })
    }
    for (const entry of entries) {
      if (entry.finish_reason === 'error' || isObject(entry.error))
        return [...parts, ...this.#usage(chunk), ...this.#fail(choiceError(entry))]
      parts.push(...this.#choice(entry))
    }
    return [...parts, ...this.#usage(chunk)]
  }

  #choice(entry: JsonObject): Part[] {
    const choice = asNumber(entry.index) ?? 0
    const text = asString(entry.text) ?? ''
    const logprobs = decodeLogprobs(entry.logprobs)
    const value = choiceFields(entry)
    const finish: Finish | undefined =
      asString(entry.finish_reason) === undefined ? undefined : { type: 'choice-finish', choice, ...finishOf(entry) }
    this.#choices.set(choice, finish ?? this.#choices.get(choice))
    return [
      ...(text || logprobs ? [{ type: 'text-delta', choice, text, ...(logprobs && { logprobs }) } as const] : []),
      ...(value ? [{ type: 'opaque-block', choice, wire: WIRE, value } as const] : []),
    ]
  }

  /** Vendors repeat usage: each new word is passed on, and the last one counts. */
  #usage(chunk: JsonObject): Part[] {
    const usage = decodeUsage(chunk.usage, this.#quirks)
    const said = usage ? JSON.stringify(usage) : ''
    if (!usage || said === this.#lastUsage) return []
    this.#lastUsage = said
    return [{ type: 'usage', usage }]
  }

  #complete(): Part[] {
    this.#done = true
    const extras = Object.keys(this.#extras).length > 0 ? { wire: WIRE, fields: this.#extras } : undefined
    const finishes = [...this.#choices]
      .sort(([a], [b]) => a - b)
      .map(([choice, finish]): Finish => finish ?? { type: 'choice-finish', choice, finish: 'unknown' })
    const [first] = finishes
    if (extras && first) finishes[0] = { ...first, extras }
    return [...finishes, { type: 'reply-end' }]
  }

  #fail(error: GatewayError): Part[] {
    this.#done = true
    return [{ type: 'reply-error', error }]
  }
}

const BROKEN_OFF = gatewayError(
  'upstream-error',
  'The provider closed the stream before its end mark, so the answer is incomplete.',
  { origin: 'upstream' },
)
