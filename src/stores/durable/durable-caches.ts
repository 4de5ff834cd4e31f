/** Finds the kept answers of a team or a shared route among Durable Objects, spread over several so that none is busy. */

import type { CacheFound, ReplyCaches } from '../../ports/reply-cache.ts'
import type { AnswerCache } from './answer-cache.ts'
import { callObject } from './call-object.ts'

/** 16 objects a shelf, by the first digit of the bucket's digest. Errors of the runtime are thrown. */
export function durableCaches(namespace: DurableObjectNamespace<AnswerCache>): ReplyCaches {
  return (organisation, shelf) => {
    // A stub belongs to the request that made it, so each call makes its own.
    const cache = (bucket: string): DurableObjectStub<AnswerCache> =>
      namespace.getByName(JSON.stringify([organisation, shelf, bucket.slice(0, 1)]))
    return {
      find: (question, terms) =>
        callObject<CacheFound | undefined>(async () => cache(question.bucket).find(question, terms)),
      keep: (question, text, ttlMs) => callObject(() => cache(question.bucket).keep(question, text, ttlMs)),
    }
  }
}
