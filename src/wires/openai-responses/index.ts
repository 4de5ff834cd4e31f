/** The openai-responses wire: OpenAI's Responses API and the dialects of the vendors that speak it. */

import type { ChatWire } from '../wire.ts'
import { decodeError } from './decode-error.ts'
import { decodeReply } from './decode-reply.ts'
import { decodeRequest, refersTo } from './decode-request.ts'
import { decodeStream } from './decode-stream.ts'
import { encodeError, encodeStreamError } from './encode-error.ts'
import { encodeReply } from './encode-reply.ts'
import { encodeRequest } from './encode-request.ts'
import { encodeStream } from './encode-stream.ts'
import { patchRequest } from './patch-request.ts'
import { tap } from './tap.ts'

/**
 * Signed thinking of other APIs goes to our clients in `encrypted_content`, marked, and back to its maker when the client
 * returns it. What a response repeats of its request is not known to the hub: translated responses show defaults there.
 */
export const openaiResponses: ChatWire = {
  name: 'openai-responses',
  framings: ['sse'],
  address: 'body',
  streamsByDefault: false,
  keepAlive: ': keep-alive\n\n',
  refersTo,
  // Kept unless the app says otherwise.
  keepsReply: (body) => body.store !== false,
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
