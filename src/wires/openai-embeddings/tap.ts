/** Reads usage, model and stated cost from embeddings that pass through unchanged. */

import { compact } from '../../ground/compact.ts'
import { asObject, asString } from '../../ground/json.ts'
import { billedCost } from '../billed-cost.ts'
import { errorOfBody } from '../openai-chat/decode-error.ts'
import { createTaskTap } from '../task-tap.ts'
import type { TaskTap } from '../task-wire.ts'
import { isError } from './is-error.ts'
import { decodeUsage } from './usage.ts'

/** A tap for one reply; the vectors are not looked at. */
export function tap(): TaskTap {
  return createTaskTap({
    errorOf: (body) => (isError(body) ? errorOfBody(body, undefined) : undefined),
    body(body) {
      const fields = asObject(body) ?? {}
      return compact({
        usage: decodeUsage(fields.usage),
        model: asString(fields.model) || undefined,
        replyId: asString(fields.id) || undefined,
        billedNano: billedCost(asObject(fields.usage)),
        complete: true,
      })
    },
  })
}
