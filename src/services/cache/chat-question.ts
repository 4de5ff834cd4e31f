/** What a chat call asks, as digests under which its answer is kept. */

import { canonicalJson } from '../../ground/canonical-json.ts'
import type { ChatCall } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Embedder } from '../../ports/embedder.ts'
import type { CacheQuestion } from '../../ports/reply-cache.ts'
import { factsDigest } from './cache-digest.ts'
import { callEssence, writtenEssence } from './call-essence.ts'
import { lastQuestion } from './last-question.ts'
import { isPlainRequest } from './plain-request.ts'
import { questionGuard } from './question-guard.ts'

export interface AskedChat {
  /** Organisation, tenant, route and the like: what must be the same beside the call. */
  readonly around: readonly string[]
  readonly wire: string
  readonly body: JsonObject
  /** The body in the hub's words. */
  readonly call: ChatCall
}

/** With an embedder, questions in other words are looked for too, where the call ends with one. */
export async function chatQuestion(asked: AskedChat, embedder: Embedder | undefined): Promise<CacheQuestion> {
  const { around, wire, body, call } = asked
  const plain = isPlainRequest(body)
  const essence = callEssence(call, plain)
  const written = plain ? [] : [wire, canonicalJson(writtenEssence(body))]
  const id = await factsDigest(['chat', ...around, canonicalJson(essence), ...written])
  const last = embedder && plain ? lastQuestion(essence) : undefined
  if (!embedder || !last) return { id, bucket: id }
  const vector = embedder.embed(last.question)
  if (vector.every((value) => value === 0)) return { id, bucket: id }
  const guard = questionGuard(last.question, embedder.knows)
  const bucket = await factsDigest(['near', ...around, canonicalJson(last.rest), embedder.name, guard])
  return { id, bucket, vector }
}
