/** The hub's reply -> an embed reply as Ollama's clients read it. */

import type { JsonObject } from '../../ground/json.ts'
import type { EmbedCall, EmbedReply } from '../../ground/tasks.ts'
import { totalInput } from '../../ground/usage.ts'
import type { Encoded } from '../../ground/warning.ts'
import type { ReplyDefaults } from '../wire.ts'

/** Durations and counts that nobody measured are left out: they are not zero. */
export function encodeReply(reply: EmbedReply, _call: EmbedCall, defaults: ReplyDefaults): Encoded<JsonObject> {
  const value: JsonObject = {
    model: reply.model || defaults.model,
    embeddings: reply.vectors.map((vector) => [...vector]),
    ...(reply.usage && { prompt_eval_count: totalInput(reply.usage) }),
  }
  return { value, warnings: [] }
}
