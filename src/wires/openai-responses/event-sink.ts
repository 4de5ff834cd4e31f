/** Where the events of a stream go, numbered in their order. */

import type { JsonObject } from '../../ground/json.ts'
import { formatSse } from '../../ground/sse.ts'

/** Sends one event of a type; the sink adds `type` and `sequence_number`. */
export type SendEvent = (type: string, fields: JsonObject) => void

/** Gathers the events of one stream as text. */
export class EventSink {
  #out = ''
  #sequence = 0

  readonly send: SendEvent = (type, fields) => {
    this.#out += formatSse(JSON.stringify({ type, sequence_number: this.#sequence++, ...fields }), type)
  }

  /** Text that already is an event, made with the number it takes. */
  raw(event: (sequence: number) => string): void {
    this.#out += event(this.#sequence++)
  }

  /** What was sent since the last call. */
  flush(): string {
    const text = this.#out
    this.#out = ''
    return text
  }
}
