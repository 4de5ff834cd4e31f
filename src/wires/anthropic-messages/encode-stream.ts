/** Parts -> the events of a Messages stream. */

import type { Part } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { assertNever } from '../../ground/result.ts'
import { Losses } from '../losses.ts'
import type { StreamEncoder, StreamEncoderOptions } from '../wire.ts'
import { ContentWriter } from './content-writer.ts'
import { encodeStreamError } from './encode-error.ts'
import { Envelope } from './envelope.ts'

/** An encoder for one stream: message_start, one block after the other, message_delta with usage, message_stop. */
export function encodeStream(options: StreamEncoderOptions): StreamEncoder {
  return new MessagesEncoder(options)
}

class MessagesEncoder implements StreamEncoder {
  readonly #losses = new Losses()
  readonly #envelope: Envelope
  readonly #content: ContentWriter
  #out = ''
  #over = false

  constructor(options: StreamEncoderOptions) {
    const write = (text: string): void => {
      this.#out += text
    }
    this.#envelope = new Envelope(options, write, this.#losses)
    this.#content = new ContentWriter(write, this.#losses)
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
      if (this.#envelope.finished) this.#complete()
      else if (this.#envelope.started)
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
        this.#envelope.start(part)
        return
      case 'usage':
        this.#envelope.usage = part.usage
        return
      case 'choice-finish':
        if (part.choice !== 0) return
        if (part.finish === 'error')
          this.#fail(
            gatewayError('upstream-error', 'The provider ended the answer with an error.', { origin: 'upstream' }),
          )
        else this.#envelope.finish(part)
        return
      case 'reply-error':
        this.#fail(part.error)
        return
      case 'reply-end':
        this.#complete()
        return
      case 'text-delta':
      case 'text-citation':
      case 'reasoning-delta':
      case 'reasoning-signature':
      case 'reasoning-redacted':
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
      case 'refusal-delta':
      case 'opaque-block':
      case 'block-break':
        this.#envelope.start()
        if (part.choice === 0) this.#content.take(part, this.#envelope.id)
        else this.#losses.dropped('n', 'Only the first answer fits a Messages stream.')
        return
      default:
        assertNever(part)
    }
  }

  #complete(): void {
    this.#envelope.start()
    this.#content.end()
    this.#envelope.stop(this.#content)
    this.#over = true
  }

  /** The error is the last event: an open block stays open and no message_stop follows, so nobody takes it for an answer. */
  #fail(error: Parameters<typeof encodeStreamError>[0]): void {
    this.#out += encodeStreamError(error, '')
    this.#over = true
  }
}
