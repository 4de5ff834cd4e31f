/** The cohere-chat wire: Cohere's Chat API, version 2. */

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
import { tap } from './tap.ts'
import { WIRE } from './wire-name.ts'

/** Replies of version 1 are understood too; requests of version 1 are refused with a word on what to send. */
export const cohereChat: ChatWire = {
  name: WIRE,
  framings: ['sse'],
  address: 'body',
  streamsByDefault: false,
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
}
