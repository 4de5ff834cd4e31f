/** Parts -> the chunks of a Chat Completions stream. */

import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import type { JsonObject } from '../../ground/json.ts'
import { formatSse } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import { Losses } from '../losses.ts'
import type { StreamEncoder, StreamEncoderOptions } from '../wire.ts'
import { encodeStreamError } from './encode-error.ts'
import { ownExtras } from './encode-reply.ts'
import { encodeUsage } from './encode-usage.ts'
import { StreamWriter } from './stream-writer.ts'

/** An encoder for one stream: chunks per choice, a usage chunk if the client wants it, `[DONE]` if all went well. */
export function encodeStream(options: StreamEncoderOptions): StreamEncoder {
  return new ChunkEncoder(options)
}

class ChunkEncoder implements StreamEncoder {
  readonly #losses = new Losses()
  readonly #options: StreamEncoderOptions
  readonly #writers = new Map<number, StreamWriter>()
  #head: JsonObject
  #usage: Usage | undefined
  #out = ''
  #began = false
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
    if (!this.#over && this.#began) {
      const finished = [...this.#writers.values()].every((writer) => writer.finished)
      if (finished) this.#complete()
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
      case 'choice-finish':
        if (part.finish === 'error') {
          this.#fail(
            gatewayError('upstream-error', 'The provider ended the answer with an error.', { origin: 'upstream' }),
          )
          return
        }
        this.#head = { ...this.#head, ...ownExtras(part.extras, this.#losses) }
        this.#writer(part.choice).take(part)
        return
      default:
        this.#writer(part.choice).take(part)
    }
  }

  #headOf(id: string, created: number, model: string): JsonObject {
    return { id, object: 'chat.completion.chunk', created, model }
  }

  #writer(index: number): StreamWriter {
    const known = this.#writers.get(index)
    if (known) return known
    const fresh = new StreamWriter(index, (entry) => this.#chunk([entry]), this.#losses)
    this.#writers.set(index, fresh)
    return fresh
  }

  #chunk(choices: JsonObject[], usage?: JsonObject): void {
    this.#began = true
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
