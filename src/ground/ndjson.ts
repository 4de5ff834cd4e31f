/** Newline-delimited JSON: bytes to one event a line, at any split. */

import { MAX_EVENT_CHARACTERS, type SseEvent, SseOverflow } from './sse.ts'

/** Blank lines are skipped; CRLF is taken for LF. The last line needs no newline. */
export class NdjsonFramer {
  readonly #text = new TextDecoder()
  /** What has arrived of the line under way; it only grows by appending, so that a long line costs linear time. */
  #rest = ''

  push(chunk: Uint8Array): SseEvent[] {
    return this.#take(this.#text.decode(chunk, { stream: true }))
  }

  end(): SseEvent[] {
    return this.#take(`${this.#text.decode()}\n`)
  }

  #take(text: string): SseEvent[] {
    const events: SseEvent[] = []
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#keep(text.slice(from, end))
      const data = this.#rest.trim()
      this.#rest = ''
      if (data) events.push({ event: '', data })
      from = end + 1
    }
    this.#keep(text.slice(from))
    return events
  }

  #keep(text: string): void {
    this.#rest += text
    if (this.#rest.length <= MAX_EVENT_CHARACTERS) return
    this.#rest = ''
    throw new SseOverflow('one line is over 16 Mi characters')
  }
}
