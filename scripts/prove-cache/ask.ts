/** Asks the store of answers what a route with a low threshold would ask it, without a gateway around. */

import type { Embedder } from '../../src/ports/embedder.ts'
import type { CacheFound } from '../../src/ports/reply-cache.ts'
import { chatQuestion } from '../../src/services/cache/chat-question.ts'
import { memoryCaches } from '../../src/stores/memory/reply-cache.ts'
import { chatWires } from '../../src/wires/index.ts'

/** What is found for `other` when the answer to `one` alone is kept. */
export async function askBoth(
  one: string,
  other: string,
  embedder: Embedder,
  threshold: number,
): Promise<CacheFound | undefined> {
  const cache = memoryCaches({ now: () => 0 })('org', ['team', 'a'])
  await cache.keep(await questionOf(one, embedder), 'answer', 1000)
  return cache.find(await questionOf(other, embedder), { threshold })
}

function questionOf(content: string, embedder: Embedder) {
  const body = { model: 'm', messages: [{ role: 'user', content }] }
  const call = chatWires['openai-chat'].decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return chatQuestion({ around: [], wire: 'openai-chat', body, call: call.value }, embedder)
}

/** The worst embedder there can be: to it all texts are the same. What it does not mix up the guard alone keeps apart. */
export const blindEmbedder: Embedder = {
  name: 'blind',
  knows: 'meaning',
  dimensions: 1,
  embed: () => new Float32Array([1]),
}
