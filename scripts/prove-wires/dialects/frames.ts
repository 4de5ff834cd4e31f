/** Takes Amazon's binary event stream apart with their own codec. */

import { EventStreamCodec } from '@smithy/eventstream-codec'
import { type Json, parseJson } from '../../../src/ground/json.ts'

/** Each frame's name (its event, exception or error) and the JSON inside; throws for frames that hold none. */
export function framesOf(bytes: Uint8Array): { readonly name: string; readonly value: Json }[] {
  const codec = new EventStreamCodec(
    (input) => new TextDecoder().decode(input as Uint8Array),
    (input) => new TextEncoder().encode(input),
  )
  const frames: { name: string; value: Json }[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0)
    const { headers, body } = codec.decode(bytes.subarray(at, at + length))
    const name = headers[':event-type']?.value ?? headers[':exception-type']?.value ?? headers[':error-code']?.value
    const text = new TextDecoder().decode(body)
    const value = parseJson(text)
    if (value === undefined) throw new Error(`not JSON: ${text.slice(0, 80)}`)
    frames.push({ name: String(name), value })
    at += length
  }
  return frames
}
