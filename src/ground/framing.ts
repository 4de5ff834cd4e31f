/** How the events of a stream are laid out in bytes, and the one way to take any of those layouts apart. */

import { AwsEventFramer } from './aws-events.ts'
import { JsonArrayFramer } from './json-array.ts'
import { NdjsonFramer } from './ndjson.ts'
import { assertNever } from './result.ts'
import { type SseEvent, SseParser } from './sse.ts'

/** `sse`: server-sent events. `ndjson`: one JSON text a line. `json-array`: one array, an element an event. */
export type Framing = 'sse' | 'ndjson' | 'json-array' | 'aws-event-stream'

/** One event of any framing; `event` is empty where the framing has no names. */
export type StreamEvent = SseEvent

/**
 * Bytes in any pieces -> events. Throws `SseOverflow` (or another error whose message is safe to show) when one event is
 * over 16 MiB or the bytes are not this framing.
 */
export interface Framer {
  push(chunk: Uint8Array): StreamEvent[]
  /** The stream ended: what was left without its end mark. */
  end(): StreamEvent[]
}

/** A fresh framer for one stream. */
export function createFramer(framing: Framing): Framer {
  switch (framing) {
    case 'sse':
      return new SseFramer()
    case 'ndjson':
      return new NdjsonFramer()
    case 'json-array':
      return new JsonArrayFramer()
    case 'aws-event-stream':
      return new AwsEventFramer()
    default:
      return assertNever(framing)
  }
}

/** The `content-type` of a stream we send with this framing. */
export function contentTypeOf(framing: Framing): string {
  switch (framing) {
    case 'sse':
      return 'text/event-stream; charset=utf-8'
    case 'ndjson':
      return 'application/x-ndjson'
    case 'json-array':
      return 'application/json; charset=utf-8'
    case 'aws-event-stream':
      return 'application/vnd.amazon.eventstream'
    default:
      return assertNever(framing)
  }
}

class SseFramer implements Framer {
  readonly #text = new TextDecoder()
  readonly #parser = new SseParser()

  push(chunk: Uint8Array): StreamEvent[] {
    return this.#parser.push(this.#text.decode(chunk, { stream: true }))
  }

  end(): StreamEvent[] {
    return [...this.#parser.push(this.#text.decode()), ...this.#parser.end()]
  }
}
