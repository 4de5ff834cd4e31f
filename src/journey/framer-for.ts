/** The framer of an upstream stream, with the envelope taken off that a cloud puts around another vendor's events. */

import { unwrapInvokeEvent } from '../ground/aws-events.ts'
import { createFramer, type Framer, type Framing, type StreamEvent } from '../ground/framing.ts'
import type { ChatWire } from '../wires/wire.ts'

/** AWS frames events of a wire that is not its own as base64 inside its own events (InvokeModel). */
export function framerFor(framing: Framing, wire: ChatWire): Framer {
  const framer = createFramer(framing)
  if (framing !== 'aws-event-stream' || wire.framings.includes(framing)) return framer
  const unwrap = (event: StreamEvent): StreamEvent[] => {
    const inner = unwrapInvokeEvent(event)
    return inner ? [inner] : []
  }
  return {
    push: (chunk) => framer.push(chunk).flatMap(unwrap),
    end: () => framer.end().flatMap(unwrap),
  }
}
