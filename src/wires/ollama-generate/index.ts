/** The ollama-generate wire: Ollama's API for single prompts. */

import { decodeError } from '../ollama-chat/decode-error.ts'
import { decodeReply } from '../ollama-chat/decode-reply.ts'
import { decodeStream } from '../ollama-chat/decode-stream.ts'
import { encodeError, encodeStreamError } from '../ollama-chat/encode-error.ts'
import { encodeReply } from '../ollama-chat/encode-reply.ts'
import { encodeStream } from '../ollama-chat/encode-stream.ts'
import { patchRequest } from '../ollama-chat/patch-request.ts'
import { tap } from '../ollama-chat/tap.ts'
import type { ChatWire } from '../wire.ts'
import { decodeRequest } from './decode-request.ts'
import { encodeRequest } from './encode-request.ts'
import { promptShape } from './line-shape.ts'
import { WIRE } from './wire-name.ts'

/** All but the prompt and the place of the answer is as in the chat API of the same server. */
export const ollamaGenerate: ChatWire = {
  name: WIRE,
  framings: ['ndjson'],
  address: 'body',
  streamsByDefault: true,
  decodeRequest,
  encodeRequest,
  decodeReply: (body) => decodeReply(body, promptShape),
  encodeReply: (reply, defaults) => encodeReply(reply, defaults, promptShape),
  decodeStream: () => decodeStream(promptShape),
  encodeStream: (options) => encodeStream(options, promptShape),
  tap,
  patchRequest,
  decodeError,
  encodeError,
  encodeStreamError,
}
