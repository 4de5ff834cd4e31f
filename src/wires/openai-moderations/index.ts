/** The openai-moderations wire: OpenAI's Moderations API; it passes through. */

import { compact } from '../../ground/compact.ts'
import { asObject, asString, isObject } from '../../ground/json.ts'
import { decodeError, errorOfBody } from '../openai-chat/decode-error.ts'
import { encodeError } from '../openai-chat/encode-error.ts'
import { decodeUsage } from '../openai-embeddings/usage.ts'
import { createTaskTap } from '../task-tap.ts'
import type { PassTaskWire } from '../task-wire.ts'

/** OpenAI does not charge for it and states no usage; Mistral states its tokens. */
export const openaiModerations: PassTaskWire = {
  name: 'openai-moderations',
  task: 'moderations',
  address: 'body',
  requestBody: 'json',
  // https://developers.openai.com/api/reference/resources/moderations: `model` may be left out.
  usualModel: 'omni-moderation-latest',
  tap: () =>
    createTaskTap({
      errorOf: (body) => (Array.isArray(asObject(body)?.results) ? undefined : errorOfBody(body, undefined)),
      body(body) {
        if (!isObject(body)) return {}
        return compact({
          usage: decodeUsage(body.usage),
          model: asString(body.model) || undefined,
          replyId: asString(body.id) || undefined,
          complete: true,
        })
      },
    }),
  patchRequest: (_body, model) => ({ model }),
  decodeError,
  encodeError,
}
