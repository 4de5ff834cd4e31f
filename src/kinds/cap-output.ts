/** Policy kind `request.max_output_tokens`: no call may ask for a longer answer than the policy allows. */

import type { EffectivePolicy } from '../config/revision.ts'
import type { ChatCall } from '../ground/chat-call.ts'

/** The call with its output limit lowered to the policy's, or set to it when the client gave none. */
export function capOutput(call: ChatCall, policy: EffectivePolicy): ChatCall {
  const cap = policy.maxOutputTokens
  if (cap === undefined || (call.maxOutputTokens !== undefined && call.maxOutputTokens <= cap)) return call
  return { ...call, maxOutputTokens: cap }
}
