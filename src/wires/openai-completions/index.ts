/** The openai-completions wire: OpenAI's older Completions API, which goes on from one text, and its dialects. */

import { decodeError } from '../openai-chat/decode-error.ts'
import { encodeError, encodeStreamError } from '../openai-chat/encode-error.ts'
import { tap } from '../openai-chat/tap.ts'
import type { ChatWire } from '../wire.ts'
import { decodeReply } from './decode-reply.ts'
import { decodeRequest } from './decode-request.ts'
import { decodeStream } from './decode-stream.ts'
import { encodeReply } from './encode-reply.ts'
import { encodeRequest } from './encode-request.ts'
import { encodeStream } from './encode-stream.ts'
import { patchRequest } from './patch-request.ts'

/** Errors, usage, finish words and `[DONE]` are those of Chat Completions, so the tap and the error forms are its too. */
export const openaiCompletions: ChatWire = {
  name: 'openai-completions',
  framings: ['sse'],
  address: 'body',
  streamsByDefault: false,
  keepAlive: ': keep-alive\n\n',
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
