/** Parts -> the chunks of a Completions stream. */

import type { Part } from '../../ground/chat-reply.ts'
import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import { formatSse } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import { Losses } from '../losses.ts'
import { encodeStreamError } from '../openai-chat/encode-error.ts'
import { encodeUsage } from '../openai-chat/encode-usage.ts'
import type { StreamEncoder, StreamEncoderOptions } from '../wire.ts'
import { CHOICE_FIELDS } from './choice-fields.ts'
import { dropBlock, encodeFinish, REFUSAL_AS_TEXT } from './encode-content.ts'
import { ownExtras } from './encode-reply.ts'
import { encodeLogprobs } from './logprobs.ts'

/** An encoder for one stream: chunks of text, a usage chunk if the client wants it, `[DONE]` if all went well. */
export function encodeStream(options: StreamEncoderOptions): StreamEncoder {
  return new CompletionsEncoder(options)
}

interface Written {
  characters: number
  refusal: boolean
  finished: boolean
}

class CompletionsEncoder implements StreamEncoder {
  readonly #losses = new Losses()
  readonly #options: StreamEncoderOptions
  readonly #choices = new Map<number, Written>()
  #head: JsonObject
  #usage: Usage | undefined
  #out = ''
  #over = false

  constructor(options: StreamEncoderOptions) {
    this.#options = options
    this.#head = this.#headOf(options.id, options.createdSeconds, options.model)
  }

  get warnings() {
    return this.#losses.warnings
  }

  push(parts: readonly Part[]): string {
    for (const part of parts) if (!this.#over) this.#take(part)
    return this.#flush()
  }

  end(): string {
    if (!this.#over && this.#choices.size > 0) {
      if ([...this.#choices.values()].every(({ finished }) => finished)) this.#complete()
      else this.#fail(gatewayError('upstream-error', 'The answer broke off before its end.', { origin: 'upstream' }))
    }
    return this.#flush()
  }

  #flush(): string {
    const text = this.#out
    this.#out = ''
    return text
  }

  #take(part: Part): void {
    switch (part.type) {
      case 'reply-start': {
        const { id, createdSeconds, model } = this.#options
        const head = this.#headOf(part.id || id, part.createdSeconds ?? createdSeconds, part.model || model)
        this.#head = { ...head, ...ownExtras(part.extras, this.#losses) }
        if (part.usage) this.#usage = part.usage
        return
      }
      case 'usage':
        this.#usage = part.usage
        return
      case 'reply-error':
        this.#fail(part.error)
        return
      case 'reply-end':
        this.#complete()
        return
      case 'text-delta':
        this.#text(part.choice, part.text, part.logprobs)
        return
      case 'refusal-delta':
        this.#of(part.choice).refusal ||= part.text !== ''
        this.#losses.changed('refusal', REFUSAL_AS_TEXT)
        this.#text(part.choice, part.text, part.logprobs)
        return
      case 'choice-finish':
        this.#finish(part)
        return
      case 'opaque-block':
        if (part.value.type === CHOICE_FIELDS && isObject(part.value.fields))
          this.#entry(part.choice, { text: '', logprobs: null, finish_reason: null, ...part.value.fields })
        else dropBlock(String(part.value.type), this.#losses)
        return
      case 'text-citation':
        dropBlock('sources', this.#losses)
        return
      case 'reasoning-delta':
      case 'reasoning-signature':
      case 'reasoning-redacted':
        dropBlock('reasoning', this.#losses)
        return
      case 'tool-call-start':
        dropBlock('tool-call', this.#losses)
        return
      case 'tool-call-delta':
      case 'tool-call-end':
      case 'block-break':
        return
    }
  }

  #text(choice: number, text: string, tokens: Extract<Part, { type: 'text-delta' }>['logprobs']): void {
    const written = this.#of(choice)
    const logprobs = tokens ? encodeLogprobs(tokens, written.characters) : null
    written.characters += text.length
    if (text || logprobs) this.#entry(choice, { text, logprobs, finish_reason: null })
  }

  #finish(part: Extract<Part, { type: 'choice-finish' }>): void {
    if (part.finish === 'error') {
      this.#fail(gatewayError('upstream-error', 'The provider ended the answer with an error.', { origin: 'upstream' }))
      return
    }
    const written = this.#of(part.choice)
    written.finished = true
    this.#head = { ...this.#head, ...ownExtras(part.extras, this.#losses) }
    const finish_reason = encodeFinish(part, written.refusal, this.#losses)
    this.#entry(part.choice, compact({ text: '', logprobs: null, finish_reason, stop_reason: part.stopSequence }))
  }

  #of(choice: number): Written {
    const known = this.#choices.get(choice)
    if (known) return known
    const fresh: Written = { characters: 0, refusal: false, finished: false }
    this.#choices.set(choice, fresh)
    return fresh
  }

  #headOf(id: string, created: number, model: string): JsonObject {
    return { id, object: 'text_completion', created, model }
  }

  #entry(index: number, { text, ...entry }: JsonObject): void {
    this.#chunk([{ text, index, ...entry }])
  }

  #chunk(choices: JsonObject[], usage?: JsonObject): void {
    this.#out += formatSse(JSON.stringify({ ...this.#head, choices, ...(usage && { usage }) }))
  }

  #complete(): void {
    if (this.#options.includeUsage && this.#usage) this.#chunk([], encodeUsage(this.#usage))
    this.#out += formatSse('[DONE]')
    this.#over = true
  }

  /** The error is the last event; without `[DONE]` nobody takes what came before for a whole answer. */
  #fail(error: GatewayError): void {
    this.#out += encodeStreamError(error, '')
    this.#over = true
  }
}
