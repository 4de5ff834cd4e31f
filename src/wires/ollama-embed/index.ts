/** The ollama-embed wire: Ollama's own embeddings API. */

import { decodeError } from '../ollama-chat/decode-error.ts'
import { encodeError } from '../ollama-chat/encode-error.ts'
import type { HubTaskWire } from '../task-wire.ts'
import { decodeReply } from './decode-reply.ts'
import { decodeRequest } from './decode-request.ts'
import { encodeReply } from './encode-reply.ts'
import { encodeRequest } from './encode-request.ts'
import { tap } from './tap.ts'
import { WIRE } from './wire-name.ts'

/** Vectors are always numbers; the older API's one text and one vector are understood too. */
export const ollamaEmbed: HubTaskWire<'embeddings'> = {
  name: WIRE,
  task: 'embeddings',
  address: 'body',
  requestBody: 'json',
  hub: { decodeRequest, encodeRequest, decodeReply, encodeReply },
  tap,
  patchRequest: (_body, model) => ({ model }),
  decodeError,
  encodeError,
}
