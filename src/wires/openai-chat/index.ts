/** The openai-chat wire: OpenAI's Chat Completions API and the dialects of the many vendors that speak it. */

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

/**
 * Extensions shown to our clients and taken from them, named as LiteLLM names them: `reasoning_content`,
 * `thinking_blocks` (signed or encrypted thinking, to be sent back as it is) and `cache_control`.
 */
export const openaiChat: ChatWire = {
  name: 'openai-chat',
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
