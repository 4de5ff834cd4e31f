/** Server-sent events: bytes to events at any split, by the WHATWG rules, and events back to text. */

export interface SseEvent {
  /** The `event:` name; empty when the stream gave none. */
  readonly event: string
  /** `data:` lines joined with newlines. */
  readonly data: string
}

/** Longest event of any text framing kept in memory; a longer one is an upstream fault. */
export const MAX_EVENT_CHARACTERS = 16 * 1024 * 1024

/** Thrown by a framer when one event is too long. The message is safe to show. */
export class SseOverflow extends Error {
  override readonly name = 'SseOverflow'
}

const LF = 0x0a

/** Incremental parser: feed it text in any pieces; it returns the events completed so far. Handles LF, CR, CRLF, BOM, comments. */
export class SseParser {
  /** What has arrived of the line under way. It only grows by appending and is read once, so that a long line costs linear time. */
  #rest = ''
  #event = ''
  #data: string[] = []
  /** Characters in `#data`, the newlines between them included. */
  #size = 0
  #started = false
  /** The last line ended in CR at the end of a piece: an LF that comes next belongs to it. */
  #afterCr = false

  /** Takes the next piece of text and returns the events it completes. */
  push(text: string): SseEvent[] {
    const events: SseEvent[] = []
    let from = this.#start(text)
    let cr = text.indexOf('\r', from)
    let lf = text.indexOf('\n', from)
    while (cr >= 0 || lf >= 0) {
      const end = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr
      this.#keep(text.slice(from, end))
      this.#endLine(events)
      from = end + 1
      if (end === cr) {
        if (from === text.length) this.#afterCr = true
        else if (text.charCodeAt(from) === LF) from++
        cr = text.indexOf('\r', from)
      }
      if (lf >= 0 && lf < from) lf = text.indexOf('\n', from)
    }
    this.#keep(text.slice(from))
    return events
  }

  /** The stream ended: returns the event left without its blank line, which several vendors send last. */
  end(): SseEvent[] {
    const events: SseEvent[] = []
    if (this.#rest) this.#endLine(events)
    this.#endLine(events)
    return events
  }

  /** Where the first line of a piece begins: after a BOM, or after the LF of a CRLF that was cut in two. */
  #start(text: string): number {
    if (text === '') return 0
    const isBom = !this.#started && text.charCodeAt(0) === 0xfeff
    const isLf = this.#afterCr && text.charCodeAt(0) === LF
    this.#started = true
    this.#afterCr = false
    return isBom || isLf ? 1 : 0
  }

  #keep(text: string): void {
    this.#rest += text
    if (this.#rest.length + this.#size <= MAX_EVENT_CHARACTERS) return
    this.#rest = ''
    this.#data = []
    throw new SseOverflow('one event is over 16 Mi characters')
  }

  #endLine(events: SseEvent[]): void {
    const line = this.#rest
    this.#rest = ''
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
      this.#size += value.length + 1
    } else if (field === 'event') this.#event = value
  }
}

/** One event as text, with its blank line. */
export function formatSse(data: string, event = ''): string {
  return event ? `event: ${event}\ndata: ${data}\n\n` : `data: ${data}\n\n`
}
