/** The hub's reply -> an Embeddings reply as the client asked for it. */

import type { JsonObject } from '../../ground/json.ts'
import type { EmbedCall, EmbedReply } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import type { ReplyDefaults } from '../wire.ts'
import { encodeVector } from './base64-vectors.ts'
import { encodeUsage } from './usage.ts'

/** Numbers or base64, as `call.encoding` says. Usage is left out when nobody counted it: it is not zero. */
export function encodeReply(reply: EmbedReply, call: EmbedCall, defaults: ReplyDefaults): Encoded<JsonObject> {
  const body: JsonObject = {
    // OpenAI gives none; Mistral's SDK wants one.
    id: defaults.id,
    object: 'list',
    data: reply.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: call.encoding === 'base64' ? encodeVector(vector) : [...vector],
    })),
    model: reply.model || defaults.model,
    ...(reply.usage && { usage: encodeUsage(reply.usage) }),
  }
  return { value: body, warnings: [] }
}
