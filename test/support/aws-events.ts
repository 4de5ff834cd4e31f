/** Writes Amazon event-stream frames, for tests that play Bedrock. */

import { EventStreamCodec } from '@smithy/eventstream-codec'

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)),
  (text) => new TextEncoder().encode(text),
)

/** One frame. A name that begins with `exception:` makes an exception of that type, as Bedrock sends amid a stream. */
export function encodeAwsEvent(event: string, payload: string): Uint8Array {
  const exception = event.startsWith('exception:') ? event.slice('exception:'.length) : undefined
  return codec.encode({
    headers: {
      [exception === undefined ? ':event-type' : ':exception-type']: { type: 'string', value: exception ?? event },
      ':content-type': { type: 'string', value: 'application/json' },
      ':message-type': { type: 'string', value: exception === undefined ? 'event' : 'exception' },
    },
    body: new TextEncoder().encode(payload),
  })
}
