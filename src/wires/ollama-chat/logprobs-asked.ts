/** `logprobs` and `top_logprobs` of a request <-> the hub's wish for log-probabilities. */

import type { ChatCall } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'

/** A number of alternatives alone asks for nothing. */
export function decodeLogprobsAsked(body: JsonObject, problems: Problems): ChatCall['logprobs'] {
  const top = problems.number(body, 'top_logprobs')
  return problems.boolean(body, 'logprobs') === true ? { top: top ?? 0 } : undefined
}

/** As fields to spread. */
export function encodeLogprobsAsked({ logprobs }: ChatCall): JsonObject {
  if (!logprobs) return {}
  return { logprobs: true, ...(logprobs.top > 0 && { top_logprobs: logprobs.top }) }
}
