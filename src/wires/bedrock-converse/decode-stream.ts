/** Events of a Converse stream -> parts. */

import type { Part } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { asString, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { StreamDecoder } from '../wire.ts'
import { BlockReaders } from './block-readers.ts'
import { errorOfException } from './decode-error.ts'
import { type EventName, readEvent } from './event-value.ts'
import { decodeFinish } from './finish.ts'
import { decodeReplyExtras } from './reply-fields.ts'
import { decodeUsage } from './usage.ts'

/**
 * A decoder for one stream. The stop reason comes first and usage in `metadata` after it (some fixtures swap them); the
 * finish is told when both are there, because `metadata` also holds fields that belong to it. `p` is padding.
 */
export function decodeStream(): StreamDecoder {
  return new ConverseDecoder()
}

class ConverseDecoder implements StreamDecoder {
  readonly #blocks = new BlockReaders()
  #started = false
  #stop: JsonObject | undefined
  #metadata: JsonObject | undefined
  #over = false

  push(event: SseEvent): Part[] {
    if (this.#over) return []
    const read = readEvent(event)
    if (!read) return []
    if (read.kind === 'broken') return this.#fail(`The provider sent a ${read.name} event that is not JSON.`)
    if (read.kind !== 'exception') return this.#take(read.kind, read.value)
    this.#over = true
    const error = errorOfException(read.name, parseJson(read.data) ?? read.data)
    return [...this.#blocks.flush(), { type: 'reply-error', error }]
  }

  end(): Part[] {
    if (this.#over) return []
    if (this.#stop) return this.#complete()
    return [...this.#blocks.flush(), ...this.#fail('The provider closed the stream before its end mark.')]
  }

  #take(name: EventName, value: JsonObject): Part[] {
    switch (name) {
      case 'messageStart':
        return this.#begin()
      case 'contentBlockStart':
        return [...this.#begin(), ...this.#blocks.start(value)]
      case 'contentBlockDelta':
        return [...this.#begin(), ...this.#blocks.delta(value)]
      case 'contentBlockStop':
        return this.#blocks.stop(value)
      case 'messageStop':
        this.#stop = value
        return this.#metadata ? this.#complete() : []
      case 'metadata':
        this.#metadata = value
        return this.#stop ? this.#complete() : []
    }
  }

  /** Streams have neither id nor model; those of fixtures may even lack `messageStart`. */
  #begin(): Part[] {
    if (this.#started) return []
    this.#started = true
    return [{ type: 'reply-start', id: '', model: '' }]
  }

  #complete(): Part[] {
    this.#over = true
    const stop = this.#stop ?? {}
    const metadata = this.#metadata ?? {}
    const usage = decodeUsage(metadata.usage)
    return [
      ...this.#begin(),
      ...this.#blocks.flush(),
      {
        type: 'choice-finish',
        choice: 0,
        ...decodeFinish(asString(stop.stopReason), stop.additionalModelResponseFields),
        ...decodeReplyExtras({ ...stop, ...metadata }),
      },
      ...(usage ? [{ type: 'usage', usage } as const] : []),
      { type: 'reply-end' },
    ]
  }

  #fail(message: string): Part[] {
    this.#over = true
    return [{ type: 'reply-error', error: gatewayError('upstream-error', message, { origin: 'upstream' }) }]
  }
}
