/** A JSON array that arrives in pieces: one event an element, as soon as the element is whole. */

import { MAX_EVENT_CHARACTERS, type SseEvent, SseOverflow } from './sse.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d

/**
 * Elements must be objects, as they are at Gemini; a lone object (an error in place of the array) is one event. An
 * element cut short by the end says nothing that could be trusted: its wire sees that the stream has no end mark.
 */
export class JsonArrayFramer {
  readonly #text = new TextDecoder()
  /** What has arrived of the element under way; it only grows by appending, so that a long one costs linear time. */
  #element = ''
  #depth = 0
  #inString = false
  #escaped = false

  push(chunk: Uint8Array): SseEvent[] {
    return this.#scan(this.#text.decode(chunk, { stream: true }))
  }

  end(): SseEvent[] {
    return this.#scan(this.#text.decode())
  }

  #scan(text: string): SseEvent[] {
    const events: SseEvent[] = []
    let from = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (this.#inString) this.#inside(code)
      else if (code === QUOTE) this.#inString = true
      else if (code === OPEN) {
        if (this.#depth++ === 0) from = at
      } else if (code === CLOSE && this.#depth > 0 && --this.#depth === 0) {
        this.#keep(text.slice(from, at + 1))
        events.push({ event: '', data: this.#element })
        this.#element = ''
      }
    }
    if (this.#depth > 0) this.#keep(text.slice(from))
    return events
  }

  #inside(code: number): void {
    if (this.#escaped) this.#escaped = false
    else if (code === BACKSLASH) this.#escaped = true
    else if (code === QUOTE) this.#inString = false
  }

  #keep(text: string): void {
    this.#element += text
    if (this.#element.length <= MAX_EVENT_CHARACTERS) return
    this.#element = ''
    throw new SseOverflow('one element is over 16 Mi characters')
  }
}
