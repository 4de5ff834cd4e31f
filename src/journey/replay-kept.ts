/** Answers a call with a kept answer, in the client's own wire: no provider is asked and nothing is charged. */

import { contentTypeOf } from '../ground/framing.ts'
import { formatDollars } from '../ground/money.ts'
import { unfoldReply } from '../ground/unfold.ts'
import { chunkParts } from '../services/cache/chunk-parts.ts'
import type { KeptReply } from '../services/cache/kept-reply.ts'
import { wantsStreamUsage } from './answer.ts'
import type { CacheDesk } from './cache-question.ts'
import type { ChatEndpoint } from './endpoint.ts'
import type { FoundCall } from './find-call.ts'
import { replyHeaders } from './reply-headers.ts'

export interface ReplayedAnswer {
  readonly kept: KeptReply
  readonly match: 'exact' | 'semantic'
  /** The cosine of the two questions. */
  readonly similarity: number
  readonly storedAtMs: number
}

interface Encoded {
  readonly pieces: readonly string[]
  readonly type: string
}

/** Writes the row of a call that cost nothing, with what its answer cost when it was made as the saving. */
export function replayKept(answer: ReplayedAnswer, found: FoundCall, desk: CacheDesk): Response {
  const { record, gateway, endpoint } = desk
  const { kept, match, similarity, storedAtMs } = answer
  record.cache = match === 'exact' ? 'hit' : 'semantic'
  record.savedNano = kept.costNano
  record.target = kept.target
  record.provider = kept.provider
  record.targetModel = kept.targetModel
  record.answeredModel = kept.answeredModel
  record.warnings.push(...kept.warnings)
  const { pieces, type } =
    kept.kind === 'chat' && endpoint.kind === 'chat'
      ? encodeChat(kept, endpoint, found, desk)
      : { pieces: [kept.kind === 'task' ? kept.body : ''], type: 'application/json' }
  record.markFirstByte()
  record.settle({ outcome: 'ok', status: 200, usage: {}, usageSource: 'counted' })
  const headers = replyHeaders(record, type)
  if (record.stream) headers.set('cache-control', 'no-cache')
  headers.set('age', String(Math.max(0, Math.floor((gateway.clock.now() - storedAtMs) / 1000))))
  if (match === 'semantic') headers.set('x-sluice-similarity', similarity.toFixed(4))
  if (kept.costNano !== undefined) headers.set('x-sluice-saved', formatDollars(BigInt(kept.costNano)))
  return new Response(record.stream ? streamOf(pieces) : pieces.join(''), { status: 200, headers })
}

function encodeChat(
  { reply }: Extract<KeptReply, { kind: 'chat' }>,
  { wire, address }: ChatEndpoint,
  found: FoundCall,
  { record, gateway }: CacheDesk,
): Encoded {
  const framing = address.framing ?? wire.framings[0]
  const options = {
    framing,
    includeUsage: wantsStreamUsage(found.body.json),
    model: record.targetModel,
    id: record.requestId,
    createdSeconds: Math.floor(gateway.clock.now() / 1000),
  }
  if (!record.stream) {
    const { value, warnings } = wire.encodeReply(reply, options)
    record.warnings.push(...warnings)
    return { pieces: [JSON.stringify(value)], type: 'application/json' }
  }
  const encoder = wire.encodeStream(options)
  const pieces = chunkParts(unfoldReply(reply)).map((part) => encoder.push([part]))
  pieces.push(encoder.end())
  record.warnings.push(...encoder.warnings)
  return { pieces: pieces.filter((piece) => piece !== ''), type: contentTypeOf(framing) }
}

/** One piece at a time, as fast as the client reads. */
function streamOf(pieces: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const left = pieces.values()
  return new ReadableStream({
    pull(controller) {
      const { value, done } = left.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
}
