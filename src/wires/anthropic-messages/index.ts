/** Anthropic's Messages API as a wire, in both directions. */

import type { ChatWire } from '../wire.ts'
import { decodeError } from './decode-error.ts'
import { decodeReply } from './decode-reply.ts'
import { decodeRequest } from './decode-request.ts'
import { decodeStream } from './decode-stream.ts'
import { encodeError, encodeStreamError } from './encode-error.ts'
import { encodeReply } from './encode-reply.ts'
import { encodeRequest } from './encode-request.ts'
import { encodeStream } from './encode-stream.ts'
import { patchRequest } from './patch-request.ts'
import { rateLimitHeaders } from './rate-limit-headers.ts'
import { tap } from './tap.ts'
import { keepsReply, refersTo } from './threads.ts'
import { WIRE } from './wire-name.ts'

export const anthropicMessages: ChatWire = {
  name: WIRE,
  framings: ['sse'],
  address: 'body',
  streamsByDefault: false,
  keepAlive: 'event: ping\ndata: {"type": "ping"}\n\n',
  refersTo,
  keepsReply,
  decodeRequest,
  encodeRequest,
  decodeReply,
  encodeReply,
  decodeStream,
  encodeStream,
  tap,
  patchRequest,
  decodeError,
  encodeError,
  encodeStreamError,
  rateLimitHeaders,
}
