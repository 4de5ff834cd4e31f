/** Server-sent events: bytes to events at any split, by the WHATWG rules, and events back to text. */

export interface SseEvent {
  /** The `event:` name; empty when the stream gave none. */
  readonly event: string
  /** `data:` lines joined with newlines. */
  readonly data: string
}

/** Longest event kept in memory, in characters; a longer one is an upstream fault. */
const MAX_EVENT_CHARACTERS = 16 * 1024 * 1024

/** Thrown by the parser when one event passes `MAX_EVENT_CHARACTERS`. */
export class SseOverflow extends Error {
  override readonly name = 'SseOverflow'
}

/** Incremental parser: feed it text in any pieces; it returns the events completed so far. Handles LF, CR, CRLF, BOM, comments. */
export class SseParser {
  #rest = ''
  /** How far `#rest` was already searched for a line end, so that one long line costs linear time. */
  #searched = 0
  #event = ''
  #data: string[] = []
  #started = false
  #size = 0

  /** Takes the next piece of text and returns the events it completes. */
  push(text: string): SseEvent[] {
    let buffer = this.#rest + text
    if (!this.#started && buffer.length > 0) {
      this.#started = true
      if (buffer.charCodeAt(0) === 0xfeff) buffer = buffer.slice(1)
    }
    const events: SseEvent[] = []
    let from = 0
    let search = this.#searched
    for (;;) {
      const end = lineEnd(buffer, search)
      if (end < 0) {
        search = buffer.length
        break
      }
      search = end
      // A CR at the very end may be half of CRLF: wait for the next piece.
      if (buffer[end] === '\r' && end + 1 === buffer.length) break
      this.#line(buffer.slice(from, end), events)
      from = buffer[end] === '\r' && buffer[end + 1] === '\n' ? end + 2 : end + 1
      search = from
    }
    this.#rest = buffer.slice(from)
    this.#searched = search - from
    if (this.#rest.length + this.#size > MAX_EVENT_CHARACTERS)
      throw new SseOverflow('one event is over 16 Mi characters')
    return events
  }

  /** The stream ended: returns the event left without its blank line, which several vendors send last. */
  end(): SseEvent[] {
    const events: SseEvent[] = []
    if (this.#rest) this.#line(this.#rest.replace(/\r$/, ''), events)
    this.#rest = ''
    this.#searched = 0
    this.#line('', events)
    return events
  }

  #line(line: string, events: SseEvent[]): void {
    if (line === '') {
      if (this.#data.length > 0) events.push({ event: this.#event, data: this.#data.join('\n') })
      this.#event = ''
      this.#data = []
      this.#size = 0
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? line : line.slice(0, colon)
    let value = colon < 0 ? '' : line.slice(colon + 1)
    if (value.charCodeAt(0) === 0x20) value = value.slice(1)
    if (field === 'data') {
      this.#data.push(value)
      this.#size += value.length
    } else if (field === 'event') this.#event = value
  }
}

function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x0a || code === 0x0d) return at
  }
  return -1
}

/** One event as text, with its blank line. */
export function formatSse(data: string, event = ''): string {
  return event ? `event: ${event}\ndata: ${data}\n\n` : `data: ${data}\n\n`
}
