/** The cohere-embed wire: Cohere's Embed API, version 2. */

import { decodeError } from '../cohere-chat/decode-error.ts'
import { encodeError } from '../cohere-chat/encode-error.ts'
import type { HubTaskWire } from '../task-wire.ts'
import { decodeReply } from './decode-reply.ts'
import { decodeRequest } from './decode-request.ts'
import { encodeReply } from './encode-reply.ts'
import { encodeRequest } from './encode-request.ts'
import { tap } from './tap.ts'
import { WIRE } from './wire-name.ts'

/** Vectors are grouped by the kind of their numbers; what is billed stands in `meta`. */
export const cohereEmbed: HubTaskWire<'embeddings'> = {
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
