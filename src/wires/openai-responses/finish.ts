/** How a response ended: `status` and `incomplete_details` <-> the hub's finish. */

import type { Choice, FinishReason } from '../../ground/chat-reply.ts'
import { asObject, asString, type JsonObject } from '../../ground/json.ts'
import { lookUp } from '../look-up.ts'
import type { Losses } from '../losses.ts'

const FINISH_OF_REASON: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  max_tokens: 'length',
  content_filter: 'content-filter',
}

/** Statuses of a response that is still to come (`background`) or was called off. */
const PENDING: ReadonlySet<string> = new Set(['queued', 'in_progress', 'cancelled'])

type Finish = Pick<Choice, 'finish' | 'rawFinish' | 'stopSequence'>

/** What a response holds, as far as it decides how its end is called. */
export interface Contents {
  readonly toolCalls: boolean
  readonly refusal: boolean
}

/** OpenAI completes a response that calls tools or refuses like any other: what it holds tells. */
export function decodeFinish(response: JsonObject, { toolCalls, refusal }: Contents): Finish {
  const status = asString(response.status)
  const reason = asString(asObject(response.incomplete_details)?.reason)
  if (status === 'incomplete') {
    if (reason === undefined) return { finish: 'length', rawFinish: status }
    return { finish: lookUp(FINISH_OF_REASON, reason) ?? 'unknown', rawFinish: reason }
  }
  if (status !== undefined && PENDING.has(status)) return { finish: 'unknown', rawFinish: status }
  const finish = refusal ? 'refusal' : toolCalls ? 'tool-calls' : 'stop'
  return status === undefined ? { finish } : { finish, rawFinish: status }
}

/** `status` and `incomplete_details` to show. A refusal without words of its own is one that a filter made. */
export function encodeFinish({ finish, rawFinish }: Finish, { refusal }: Contents, losses: Losses): JsonObject {
  switch (finish) {
    case 'length':
      return incomplete('max_output_tokens')
    case 'content-filter':
      return incomplete('content_filter')
    case 'refusal':
      return refusal ? COMPLETED : incomplete('content_filter')
    case 'pause':
      losses.changed('status', 'The provider paused its turn and wants it continued; it is shown as completed.')
      return COMPLETED
    case 'unknown':
      if (rawFinish !== undefined && PENDING.has(rawFinish)) return { status: rawFinish, incomplete_details: null }
      if (rawFinish !== undefined)
        losses.changed('status', `The provider ended with "${rawFinish}"; it is shown as completed.`)
      return COMPLETED
    case 'stop':
    case 'tool-calls':
    case 'stop-sequence':
    case 'error':
      return COMPLETED
  }
}

const COMPLETED: JsonObject = { status: 'completed', incomplete_details: null }

function incomplete(reason: string): JsonObject {
  return { status: 'incomplete', incomplete_details: { reason } }
}
