/** Errors of the HTTP surface itself: unknown path, wrong method; in the shape the caller's SDK expects. */

import type { GatewayError } from '../../ground/error.ts'
import { randomBase62 } from '../../ground/ids.ts'
import { refuseStranger } from '../../journey/refuse.ts'
import { chatWires } from '../../wires/index.ts'
import type { ChatWireName } from '../../wires/wire.ts'

/** The wire a caller seems to speak, from what it sent. */
export function callerWire(request: Request): ChatWireName {
  const { pathname } = new URL(request.url)
  if (pathname.startsWith('/v1/messages') || request.headers.has('anthropic-version')) return 'anthropic-messages'
  return 'openai-chat'
}

/** An error reply in that wire, with a fresh request id. */
export function errorReply(error: GatewayError, wire: ChatWireName): Response {
  return refuseStranger(error, { wire: chatWires[wire] }, `req_0_${randomBase62(16)}`)
}
