/** Reads usage and model from vectors that pass through unchanged. */

import { compact } from '../../ground/compact.ts'
import { asObject, asString } from '../../ground/json.ts'
import { errorOfBody } from '../ollama-chat/decode-error.ts'
import { createTaskTap } from '../task-tap.ts'
import type { TaskTap } from '../task-wire.ts'
import { decodeUsage, isError } from './decode-reply.ts'

/** A tap for one reply; the vectors are not looked at. */
export function tap(): TaskTap {
  return createTaskTap({
    errorOf: (body) => (isError(body) ? errorOfBody(body, undefined) : undefined),
    body(body) {
      const fields = asObject(body) ?? {}
      return compact({ usage: decodeUsage(fields), model: asString(fields.model) || undefined, complete: true })
    },
  })
}
