/** Errors of the HTTP surface itself: unknown path, wrong method; in the shape the caller's SDK expects. */

import type { GatewayError } from '../../ground/error.ts'
import { randomBase62 } from '../../ground/ids.ts'
import { refuseStranger } from '../../journey/refuse.ts'
import { chatWires } from '../../wires/index.ts'
import type { ErrorWire } from './call-doors.ts'

const BY_PATH: readonly (readonly [prefix: string, wire: ErrorWire])[] = [
  ['/v1/messages', 'anthropic-messages'],
  ['/v1beta/', 'gemini-generate'],
  ['/v2/', 'cohere-chat'],
  ['/v1/rerank', 'cohere-chat'],
  ['/api/', 'ollama-chat'],
]

/** The wire a caller seems to speak, from what it sent. */
export function callerWire(request: Request): ErrorWire {
  const { pathname } = new URL(request.url)
  const wire = BY_PATH.find(([prefix]) => pathname.startsWith(prefix))?.[1]
  if (wire) return wire
  return request.headers.has('anthropic-version') ? 'anthropic-messages' : 'openai-chat'
}

/** An error reply in that wire, with a fresh request id. */
export function errorReply(error: GatewayError, wire: ErrorWire): Response {
  return refuseStranger(error, { wire: chatWires[wire] }, `req_0_${randomBase62(16)}`)
}
