/** Finds a team's kept replies among Durable Objects, spread over several so that none is busy. */

import type { Claimed, ReplyStores } from '../../ports/replies.ts'
import { callObject } from './call-object.ts'
import type { Replies } from './replies.ts'

/** 16 objects a team, by the first digit of the claim's digest. Errors of the runtime are thrown. */
export function durableReplies(namespace: DurableObjectNamespace<Replies>): ReplyStores {
  return (organisation, team) => {
    // A stub belongs to the request that made it, so each call makes its own.
    const replies = (id: string): DurableObjectStub<Replies> =>
      namespace.getByName(JSON.stringify([organisation, team, id.slice(0, 1)]))
    return {
      claim: (claim, waitMs) => callObject<Claimed>(async () => replies(claim.id).claim(claim, waitMs)),
      keep: (claim, reply) => callObject(() => replies(claim.id).keep(claim, reply)),
      release: (claim) => callObject(() => replies(claim.id).release(claim)),
    }
  }
}
