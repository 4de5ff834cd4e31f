/** Amazon's binary event stream (`application/vnd.amazon.eventstream`): bytes to events, checksums checked, at any split. */

import { EventStreamCodec } from '@smithy/eventstream-codec'
import { isObject, parseJson } from './json.ts'
import { type SseEvent, SseOverflow } from './sse.ts'

const MAX_FRAME_BYTES = 16 * 1024 * 1024
/** Lengths of a frame and of its headers, their checksum, and the checksum of the whole. */
const FRAME_OVERHEAD_BYTES = 16
const LENGTH_BYTES = 4

const utf8 = new TextDecoder()
const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : utf8.decode(bytes)),
  (text) => new TextEncoder().encode(text),
)

/** Thrown when the bytes are not frames of this framing, or a frame was damaged on its way. The message is safe to show. */
export class AwsFrameError extends Error {
  override readonly name = 'AwsFrameError'
}

/**
 * One event a frame: `event` is its `:event-type`, or `exception:` and the kind of exception for a failure amid the
 * stream; `data` is the payload. Throws `SseOverflow` at a frame over 16 MiB, before it is gathered, and `AwsFrameError`
 * at one whose checksum is wrong.
 */
export class AwsEventFramer {
  /** What has arrived of the frame under way; joined only once the frame is whole, so that small pieces cost linear time. */
  #pieces: Uint8Array[] = []
  #size = 0
  /** Bytes needed before anything more can be said: the length field, then the whole frame. */
  #needed = LENGTH_BYTES

  push(chunk: Uint8Array): SseEvent[] {
    this.#pieces.push(chunk)
    this.#size += chunk.byteLength
    const events: SseEvent[] = []
    while (this.#size >= this.#needed) {
      const bytes = this.#joined()
      const length = frameLength(bytes)
      if (bytes.byteLength < length) {
        this.#needed = length
        break
      }
      events.push(...eventsOf(bytes.subarray(0, length)))
      this.#keep(bytes.subarray(length))
    }
    return events
  }

  /** A frame cut short says nothing that could be trusted: its wire sees that the stream has no end mark. */
  end(): SseEvent[] {
    this.#keep(new Uint8Array(0))
    return []
  }

  #joined(): Uint8Array {
    const [only] = this.#pieces
    if (only && this.#pieces.length === 1) return only
    const whole = new Uint8Array(this.#size)
    let at = 0
    for (const piece of this.#pieces) {
      whole.set(piece, at)
      at += piece.byteLength
    }
    this.#pieces = [whole]
    return whole
  }

  #keep(rest: Uint8Array): void {
    this.#pieces = rest.byteLength > 0 ? [rest] : []
    this.#size = rest.byteLength
    this.#needed = LENGTH_BYTES
  }
}

function frameLength(bytes: Uint8Array): number {
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getUint32(0)
  // JSON or HTML in place of frames reads as a length of over a thousand million.
  if (length > MAX_FRAME_BYTES)
    throw new SseOverflow('one frame is over 16 MiB, or the reply is no Amazon event stream')
  if (length < FRAME_OVERHEAD_BYTES) throw new AwsFrameError('the reply is no Amazon event stream')
  return length
}

function eventsOf(frame: Uint8Array): SseEvent[] {
  const { headers, body } = decodedFrame(frame)
  const text = (name: string): string => {
    const header = headers[name]
    return header?.type === 'string' ? header.value : ''
  }
  const data = utf8.decode(body)
  switch (text(':message-type')) {
    case 'exception':
      return [{ event: `exception:${text(':exception-type')}`, data }]
    case 'error':
      // An error outside the service's own model has no payload: all it says stands in headers.
      return [{ event: `exception:${text(':error-code')}`, data: JSON.stringify({ message: text(':error-message') }) }]
    default:
      // `initial-response` and frames without a type carry nothing for a reader of events.
      return text(':event-type') === 'initial-response' || data === '' ? [] : [{ event: text(':event-type'), data }]
  }
}

function decodedFrame(frame: Uint8Array) {
  try {
    return codec.decode(frame)
  } catch {
    // The library's messages quote checksums, which help nobody who reads them.
    throw new AwsFrameError('a frame of the Amazon event stream is damaged: its checksum or its headers are wrong')
  }
}

/**
 * Takes an event of InvokeModel's stream out of its envelope: `{"bytes": <base64 of JSON>}` gives that JSON as `data`, named
 * by its own `type`. For Claude models that is an event of Anthropic's Messages stream. A failure amid the stream becomes
 * that API's `error` event. Anything else stays as it is.
 */
export function unwrapInvokeEvent(event: SseEvent): SseEvent {
  if (event.event.startsWith('exception:')) return invokeError(event)
  const envelope = parseJson(event.data)
  if (!isObject(envelope) || typeof envelope.bytes !== 'string') return event
  const data = textOfBase64(envelope.bytes)
  if (data === undefined) return event
  const inner = parseJson(data)
  return { event: isObject(inner) && typeof inner.type === 'string' ? inner.type : '', data }
}

/** What Anthropic calls the ways in which Bedrock fails; `api_error` for the others. */
const ERROR_TYPE: Readonly<Record<string, string>> = {
  throttlingexception: 'rate_limit_error',
  serviceunavailableexception: 'overloaded_error',
  modelnotreadyexception: 'overloaded_error',
  modeltimeoutexception: 'timeout_error',
  validationexception: 'invalid_request_error',
  accessdeniedexception: 'permission_error',
}

function invokeError({ event, data }: SseEvent): SseEvent {
  const name = event.slice('exception:'.length)
  const body = parseJson(data)
  const said = isObject(body) ? (body.message ?? body.Message) : undefined
  const message = typeof said === 'string' && said !== '' ? said : `The provider broke off with ${name}.`
  const word = name.toLowerCase()
  const error = { type: (Object.hasOwn(ERROR_TYPE, word) && ERROR_TYPE[word]) || 'api_error', message }
  return { event: 'error', data: JSON.stringify({ type: 'error', error }) }
}

function textOfBase64(text: string): string | undefined {
  try {
    return utf8.decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
  } catch {
    // Not base64: the caller shows the event as it came.
    return undefined
  }
}
