/** The hub's reply -> an Embed reply as Cohere's clients read it. */

import type { JsonObject } from '../../ground/json.ts'
import type { EmbedCall, EmbedReply } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import { encodeVector } from '../openai-embeddings/base64-vectors.ts'
import type { ReplyDefaults } from '../wire.ts'
import { encodeMeta } from './usage.ts'
import { WIRE } from './wire-name.ts'

/** As numbers, or as base64 where the client asked for that; other kinds of numbers cannot be made and are told. */
export function encodeReply(reply: EmbedReply, call: EmbedCall, defaults: ReplyDefaults): Encoded<JsonObject> {
  const losses = new Losses()
  if (call.extras?.wire === WIRE && call.extras.fields.embedding_types !== undefined)
    losses.changed('embedding_types', 'The provider gave vectors of one kind; they are shown as floats.')
  const embeddings: JsonObject =
    call.encoding === 'base64'
      ? { base64: reply.vectors.map(encodeVector) }
      : { float: reply.vectors.map((vector) => [...vector]) }
  const value: JsonObject = {
    id: defaults.id,
    embeddings,
    texts: call.inputs.filter((input) => typeof input === 'string'),
    meta: encodeMeta(reply.usage),
    response_type: 'embeddings_by_type',
  }
  return { value, warnings: losses.warnings }
}
