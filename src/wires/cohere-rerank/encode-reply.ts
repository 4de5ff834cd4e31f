/** The hub's reply -> a rerank reply as Cohere's clients read it. */

import type { JsonObject } from '../../ground/json.ts'
import type { RerankCall, RerankReply } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import type { ReplyDefaults } from '../wire.ts'
import { encodeMeta } from './usage.ts'

/** A client that asked for the documents gets its own back where the provider gave none. */
export function encodeReply(reply: RerankReply, call: RerankCall, defaults: ReplyDefaults): Encoded<JsonObject> {
  const results = reply.results.map(({ index, score, document }) => {
    const text = call.returnDocuments ? (document ?? call.documents[index]) : undefined
    return { index, relevance_score: score, ...(text !== undefined && { document: { text } }) }
  })
  return { value: { id: reply.id ?? defaults.id, results, meta: encodeMeta(reply.usage) }, warnings: [] }
}
