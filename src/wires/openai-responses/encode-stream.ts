/** Parts -> the events of a Responses stream. */

import type { Part } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { Losses } from '../losses.ts'
import type { StreamEncoder, StreamEncoderOptions } from '../wire.ts'
import { EventSink } from './event-sink.ts'
import { ResponseWriter } from './response-writer.ts'

/** An encoder for one stream: created, in_progress, the items with their events, completed. No `[DONE]` follows. */
export function encodeStream(options: StreamEncoderOptions): StreamEncoder {
  return new ResponsesEncoder(options)
}

class ResponsesEncoder implements StreamEncoder {
  readonly #losses = new Losses()
  readonly #sink = new EventSink()
  readonly #writer: ResponseWriter

  constructor(options: StreamEncoderOptions) {
    this.#writer = new ResponseWriter(options, this.#sink, this.#losses)
  }

  get warnings() {
    return this.#losses.warnings
  }

  push(parts: readonly Part[]): string {
    for (const part of parts) if (!this.#writer.over) this.#writer.take(part)
    if (!this.#writer.over) this.#writer.settle()
    return this.#sink.flush()
  }

  end(): string {
    if (!this.#writer.over) {
      if (this.#writer.finished) this.#writer.complete()
      else if (this.#writer.started)
        this.#writer.fail(
          gatewayError('upstream-error', 'The answer broke off before its end.', { origin: 'upstream' }),
        )
    }
    return this.#sink.flush()
  }
}
