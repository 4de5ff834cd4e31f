/** The events of a Chat Completions stream -> parts. */

import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asNumber, asObject, asString, isObject, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Quirks } from '../quirks.ts'
import type { StreamDecoder } from '../wire.ts'
import { errorOfBody } from './decode-error.ts'
import { choiceError } from './decode-reply.ts'
import { isErrorBody } from './error-facts.ts'
import { type ReplyExtras, replyExtras } from './reply-extras.ts'
import { StreamChoice } from './stream-choice.ts'
import { decodeUsage, usageOf } from './usage.ts'

/** A decoder for one stream. After an error or the end it says nothing more. */
export function decodeStream(quirks: Quirks): StreamDecoder {
  return new ChatDecoder(quirks)
}

class ChatDecoder implements StreamDecoder {
  readonly #quirks: Quirks
  readonly #choices = new Map<number, StreamChoice>()
  #id = ''
  #started = false
  #done = false
  #extras: ReplyExtras | undefined
  #lastUsage = ''

  constructor(quirks: Quirks) {
    this.#quirks = quirks
  }

  push(event: SseEvent): Part[] {
    if (this.#done) return []
    const data = event.data.trim()
    if (data === '') return []
    if (data === '[DONE]') return this.#started ? this.#complete() : this.#fail(BROKEN_OFF)
    const chunk = parseJson(data)
    if (isObject(chunk) && event.event !== 'error' && !isErrorBody(chunk)) return this.#chunk(chunk)
    // A vendor that fails in mid-stream sends its error envelope, or plain text, in place of a chunk.
    return [...(isObject(chunk) ? this.#usage(chunk) : []), ...this.#fail(errorOfBody(chunk ?? data, undefined))]
  }

  end(): Part[] {
    if (this.#done) return []
    // Several vendors close without `[DONE]`: a finish for every choice is as good.
    const finished = this.#choices.size > 0 && [...this.#choices.values()].every((choice) => choice.finished)
    return finished ? this.#complete() : this.#fail(BROKEN_OFF)
  }

  #chunk(chunk: JsonObject): Part[] {
    const parts: Part[] = []
    this.#start(chunk, parts)
    for (const entry of asArray(chunk.choices)) {
      if (!isObject(entry)) continue
      if (entry.finish_reason === 'error' || isObject(entry.error))
        return [...parts, ...this.#usage(chunk), ...this.#fail(choiceError(entry))]
      parts.push(...this.#choice(entry).push(entry, this.#delta(entry)))
    }
    parts.push(...this.#usage(chunk))
    return parts
  }

  /** Azure's first chunk has neither id nor model (azure/openai-chat/stream-plain): the start waits for one that does. */
  #start(chunk: JsonObject, parts: Part[]): void {
    const extras = replyExtras(chunk)
    if (extras) this.#extras = { ...extras, fields: { ...this.#extras?.fields, ...extras.fields } }
    if (this.#started) return
    const id = asString(chunk.id) ?? ''
    const model = asString(chunk.model) ?? ''
    if (asArray(chunk.choices).length === 0 && !(id && model)) return
    this.#started = true
    this.#id = id
    const createdSeconds = asNumber(chunk.created)
    parts.push({
      type: 'reply-start',
      id,
      model,
      ...(createdSeconds && { createdSeconds }),
      ...(this.#extras && { extras: this.#extras }),
    })
    this.#extras = undefined
  }

  #choice(entry: JsonObject): StreamChoice {
    const index = asNumber(entry.index) ?? 0
    const known = this.#choices.get(index)
    if (known) return known
    const fresh = new StreamChoice(index, () => this.#id)
    this.#choices.set(index, fresh)
    return fresh
  }

  /** A server that answers a stream request with a whole reply sends `message`; where it repeats itself, only `delta` counts. */
  #delta(entry: JsonObject): JsonObject {
    const delta = asObject(entry.delta)
    if (delta || this.#quirks.cumulativeMessage) return delta ?? {}
    return asObject(entry.message) ?? {}
  }

  /** Vendors repeat usage or correct it: each new word is passed on, and the last one counts. */
  #usage(chunk: JsonObject): Part[] {
    const usage = decodeUsage(usageOf(chunk), this.#quirks)
    const said = usage ? JSON.stringify(usage) : ''
    if (!usage || said === this.#lastUsage) return []
    this.#lastUsage = said
    return [{ type: 'usage', usage }]
  }

  #complete(): Part[] {
    this.#done = true
    const ends = [...this.#choices].sort(([a], [b]) => a - b).flatMap(([, choice]) => choice.end())
    const first = ends.findIndex((part) => part.type === 'choice-finish')
    const finish = ends[first]
    // What chunks after the first said of themselves: a service tier, Perplexity's sources.
    if (this.#extras && finish?.type === 'choice-finish') ends[first] = { ...finish, extras: this.#extras }
    return [...ends, { type: 'reply-end' }]
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
