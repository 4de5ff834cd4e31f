/** Parts -> the events of a Converse stream, as text. */

import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import type { JsonObject } from '../../ground/json.ts'
import { formatSse } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import { Losses } from '../losses.ts'
import type { StreamEncoder, StreamEncoderOptions } from '../wire.ts'
import { encodeStreamError } from './encode-error.ts'
import { encodeFinish } from './finish.ts'
import { type Extras, encodeReplyExtras } from './reply-fields.ts'
import { StreamBlocks } from './stream-blocks.ts'
import { encodeUsage } from './usage.ts'

/**
 * An encoder for one stream. Encoders write text, and this API's own framing is binary, so each event is written as a
 * server-sent event of the frame's name and payload: what `decodeStream` reads again, but no AWS SDK. That is enough
 * while no client endpoint of the gateway speaks this wire; one that did would put these events into frames.
 */
export function encodeStream(options: StreamEncoderOptions): StreamEncoder {
  return new ConverseEncoder(options)
}

/** Fields that belong to `messageStop`; the others go with the usage into `metadata`. */
const STOP_FIELDS: ReadonlySet<string> = new Set(['additionalModelResponseFields'])

class ConverseEncoder implements StreamEncoder {
  readonly #losses = new Losses()
  readonly #blocks: StreamBlocks
  #out = ''
  #started = false
  #finish: Extract<Part, { type: 'choice-finish' }> | undefined
  #extras: Extras | undefined
  #usage: Usage | undefined
  #over = false

  constructor(options: StreamEncoderOptions) {
    this.#blocks = new StreamBlocks((name, value) => this.#event(name, value), this.#losses, options.id)
  }

  get warnings() {
    return this.#losses.warnings
  }

  push(parts: readonly Part[]): string {
    for (const part of parts) if (!this.#over) this.#take(part)
    return this.#flush()
  }

  end(): string {
    if (!this.#over) {
      if (this.#finish) this.#complete()
      else if (this.#started)
        this.#fail(gatewayError('upstream-error', 'The answer broke off before its end.', { origin: 'upstream' }))
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
      case 'reply-start':
        this.#start()
        this.#usage = part.usage ?? this.#usage
        this.#extras = part.extras
        return
      case 'usage':
        this.#usage = part.usage
        return
      case 'choice-finish':
        if (part.choice !== 0) return
        if (part.finish === 'error')
          this.#fail(
            gatewayError('upstream-error', 'The provider ended the answer with an error.', { origin: 'upstream' }),
          )
        else this.#finish = part
        return
      case 'reply-error':
        this.#fail(part.error)
        return
      case 'reply-end':
        this.#complete()
        return
      default:
        this.#start()
        if (part.choice === 0) this.#blocks.take(part)
        else this.#losses.dropped('n', 'Only the first answer fits a Converse stream.')
    }
  }

  #start(): void {
    if (this.#started) return
    this.#started = true
    this.#event('messageStart', { role: 'assistant' })
  }

  /** messageStop, then metadata. */
  #complete(): void {
    this.#start()
    this.#blocks.end()
    this.#over = true
    const finish = this.#finish ?? { finish: 'unknown' as const }
    const fields = {
      ...encodeReplyExtras(this.#extras, this.#losses),
      ...encodeReplyExtras(this.#finish?.extras, this.#losses),
    }
    const atStop = Object.entries(fields).filter(([name]) => STOP_FIELDS.has(name))
    const later = Object.entries(fields).filter(([name]) => !STOP_FIELDS.has(name))
    this.#event('messageStop', {
      stopReason: encodeFinish(finish, this.#blocks, this.#losses),
      ...Object.fromEntries(atStop),
    })
    this.#event('metadata', {
      ...Object.fromEntries(later),
      ...(this.#usage && { usage: encodeUsage(this.#usage) }),
    })
  }

  /** The exception is the last event: no messageStop follows, so nobody takes what came before for an answer. */
  #fail(error: GatewayError): void {
    this.#out += encodeStreamError(error)
    this.#over = true
  }

  #event(name: string, value: JsonObject): void {
    this.#out += formatSse(JSON.stringify(value), name)
  }
}
