/** The cohere-rerank wire: Cohere's Rerank API and the dialects of Voyage, Jina and OpenRouter. */

import { decodeError } from '../cohere-chat/decode-error.ts'
import { encodeError } from '../cohere-chat/encode-error.ts'
import type { HubTaskWire } from '../task-wire.ts'
import { decodeReply } from './decode-reply.ts'
import { decodeRequest } from './decode-request.ts'
import { encodeReply } from './encode-reply.ts'
import { encodeRequest } from './encode-request.ts'
import { tap } from './tap.ts'
import { WIRE } from './wire-name.ts'

/** Versions 1 and 2 of the API differ only in what a request may hold beside the query and its documents. */
export const cohereRerank: HubTaskWire<'rerank'> = {
  name: WIRE,
  task: 'rerank',
  address: 'body',
  requestBody: 'json',
  hub: { decodeRequest, encodeRequest, decodeReply, encodeReply },
  tap,
  patchRequest: (_body, model) => ({ model }),
  decodeError,
  encodeError,
}
