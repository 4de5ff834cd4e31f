/** The openai-embeddings wire: OpenAI's Embeddings API and the dialects of the vendors that speak it. */

import { decodeError } from '../openai-chat/decode-error.ts'
import { encodeError } from '../openai-chat/encode-error.ts'
import type { HubTaskWire } from '../task-wire.ts'
import { decodeReply } from './decode-reply.ts'
import { decodeRequest } from './decode-request.ts'
import { encodeReply } from './encode-reply.ts'
import { encodeRequest } from './encode-request.ts'
import { tap } from './tap.ts'
import { WIRE } from './wire-name.ts'

/** Vectors are floats or base64 of little-endian 32-bit floats, as the client asked; both are read from any upstream. */
export const openaiEmbeddings: HubTaskWire<'embeddings'> = {
  name: WIRE,
  task: 'embeddings',
  address: 'body',
  requestBody: 'json',
  hub: { decodeRequest, encodeRequest, decodeReply, encodeReply },
  tap,
  // Vendors with words of their own are spoken to in those.
  passesTo: (quirks) => quirks.embeddings === undefined,
  patchRequest: (_body, model) => ({ model }),
  decodeError,
  encodeError,
}
