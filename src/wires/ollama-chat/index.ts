/** The ollama-chat wire: Ollama's own chat API. */

import type { ChatWire } from '../wire.ts'
import { decodeError } from './decode-error.ts'
import { decodeReply } from './decode-reply.ts'
import { decodeRequest } from './decode-request.ts'
import { decodeStream } from './decode-stream.ts'
import { encodeError, encodeStreamError } from './encode-error.ts'
import { encodeReply } from './encode-reply.ts'
import { encodeRequest } from './encode-request.ts'
import { encodeStream } from './encode-stream.ts'
import { chatShape } from './line-shape.ts'
import { patchRequest } from './patch-request.ts'
import { tap } from './tap.ts'
import { WIRE } from './wire-name.ts'

/** Streams are lines of JSON, and the default; counts always come with the last of them. */
export const ollamaChat: ChatWire = {
  name: WIRE,
  framings: ['ndjson'],
  address: 'body',
  streamsByDefault: true,
  decodeRequest,
  encodeRequest,
  decodeReply: (body) => decodeReply(body, chatShape),
  encodeReply: (reply, defaults) => encodeReply(reply, defaults, chatShape),
  decodeStream: () => decodeStream(chatShape),
  encodeStream: (options) => encodeStream(options, chatShape),
  tap,
  patchRequest,
  decodeError,
  encodeError,
  encodeStreamError,
}
