/** Parts -> the events of a stream. */

import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import type { Json } from '../../ground/json.ts'
import { formatSse } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import { Losses } from '../losses.ts'
import type { StreamEncoder, StreamEncoderOptions } from '../wire.ts'
import { encodeStreamError } from './encode-error.ts'
import { encodeFinish } from './finish.ts'
import { encodeReplyFields, ownFields } from './reply-fields.ts'
import { StreamMessage } from './stream-message.ts'

/** An encoder for one stream. `message-end` is written once everything is known that it says, and `[DONE]` after it. */
export function encodeStream(options: StreamEncoderOptions): StreamEncoder {
  return new EventEncoder(options)
}

type Finish = Extract<Part, { type: 'choice-finish' }>

class EventEncoder implements StreamEncoder {
  readonly #losses = new Losses()
  readonly #options: StreamEncoderOptions
  readonly #message: StreamMessage
  #fields: Record<string, Json> = {}
  #usage: Usage | undefined
  #finish: Finish | undefined
  #began = false
  #over = false
  #out = ''

  constructor(options: StreamEncoderOptions) {
    this.#options = options
    this.#message = new StreamMessage((event) => {
      this.#begin('')
      this.#out += formatSse(JSON.stringify(event), String(event.type))
    }, this.#losses)
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
      if (this.#finish) this.#complete()
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
      case 'reply-start':
        this.#begin(part.id)
        Object.assign(this.#fields, ownFields(part.extras, this.#losses))
        if (part.usage) this.#usage = part.usage
        return
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
        if (part.choice === 0) this.#finished(part)
        return
      default:
        if (part.choice === 0) this.#message.take(part)
        else this.#losses.dropped('n', 'Only the first answer fits.')
    }
  }

  #begin(id: string): void {
    if (this.#began) return
    this.#began = true
    const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] }
    const event = { id: id || this.#options.id, type: 'message-start', delta: { message } }
    this.#out += formatSse(JSON.stringify(event), event.type)
  }

  #finished(part: Finish): void {
    this.#finish = part
    Object.assign(this.#fields, ownFields(part.extras, this.#losses))
    if (part.finish === 'error')
      this.#fail(gatewayError('upstream-error', 'The provider ended the answer with an error.', { origin: 'upstream' }))
  }

  #complete(): void {
    this.#begin('')
    this.#message.close()
    const finish = this.#finish ?? { finish: 'stop' as const }
    const delta = {
      finish_reason: encodeFinish(finish, this.#message.hasCalls, this.#losses),
      ...encodeReplyFields(this.#fields, this.#usage),
    }
    this.#out += formatSse(JSON.stringify({ type: 'message-end', delta }), 'message-end')
    this.#out += formatSse('[DONE]')
    this.#over = true
  }

  /** The error is the last event; without `[DONE]` and a good finish nobody takes what came before for a whole answer. */
  #fail(error: GatewayError): void {
    this.#out += encodeStreamError(error, '')
    this.#over = true
  }
}
