/** Reads usage from vectors that pass through unchanged. */

import { compact } from '../../ground/compact.ts'
import { asObject, asString } from '../../ground/json.ts'
import { errorOfBody } from '../cohere-chat/decode-error.ts'
import { createTaskTap } from '../task-tap.ts'
import type { TaskTap } from '../task-wire.ts'
import { isError } from './decode-reply.ts'
import { decodeUsage } from './usage.ts'

/** A tap for one reply; the vectors are not looked at. The API does not say which model answered. */
export function tap(): TaskTap {
  return createTaskTap({
    errorOf: (body) => (isError(body) ? errorOfBody(body) : undefined),
    body(body) {
      const fields = asObject(body) ?? {}
      return compact({ usage: decodeUsage(fields), replyId: asString(fields.id) || undefined, complete: true })
    },
  })
}
