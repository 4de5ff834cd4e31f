/** Lets only admin keys, the operator's root token among them, reach the admin API. */

import { gatewayError } from '../../ground/error.ts'
import type { Gateway } from '../../journey/gateway.ts'
import { readKeys } from '../../services/keys/read-keys.ts'
import type { HandlerContext } from '../http/app.ts'
import { errorReply } from '../http/error-shape.ts'

/** Answers with a refusal, or undefined when the caller may go on. */
export function createAdminGuard(keys: Gateway['keys']): (context: HandlerContext) => Promise<Response | undefined> {
  return async ({ request, waitUntil }) => {
    const text = readKeys(request)
    if (!text.ok) return errorReply(text.error, 'openai-chat')
    const key = await keys.verify(text.value, waitUntil)
    if (!key.ok) return errorReply(key.error, 'openai-chat')
    if (key.value.record.role === 'admin') return undefined
    return errorReply(gatewayError('permission', 'This needs an admin key; app keys make calls.'), 'openai-chat')
  }
}
