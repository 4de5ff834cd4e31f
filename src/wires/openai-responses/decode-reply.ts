/** A whole response -> the hub's reply. */

import type { ChatReply, Part } from '../../ground/chat-reply.ts'
import type { GatewayError } from '../../ground/error.ts'
import { gatherParts } from '../../ground/gather.ts'
import { asArray, asNumber, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { errorOfWhole } from './decode-error.ts'
import { decodeFinish } from './finish.ts'
import { ItemReaders } from './read-items.ts'
import { responseExtras } from './reply-fields.ts'
import { decodeUsage } from './usage.ts'

/** An error that came with status 200, and a response that failed, is an error here. */
export function decodeReply(body: Json): Result<ChatReply, GatewayError> {
  const error = errorOfWhole(body)
  if (error) return err(error)
  // `errorOfWhole` has no error only for objects.
  return ok(gatherParts(responseParts(isObject(body) ? body : {})))
}

function responseParts(response: JsonObject): Part[] {
  const start = startOf(response)
  const items = new ItemReaders(() => start.id)
  const content = asArray(response.output)
    .filter(isObject)
    .flatMap((item, index) => items.create(item, String(index)).done(item))
  return [start, ...content, ...endOf(response, items)]
}

/** The start that a response object tells of. */
export function startOf(response: JsonObject): Extract<Part, { type: 'reply-start' }> {
  const createdSeconds = asNumber(response.created_at)
  return {
    type: 'reply-start',
    id: asString(response.id) ?? '',
    model: asString(response.model) ?? '',
    ...(createdSeconds && { createdSeconds }),
  }
}

/** Usage, finish and end of a response that ended well or at a limit. */
export function endOf(response: JsonObject, items: ItemReaders): Part[] {
  const usage = decodeUsage(response)
  const extras = responseExtras(response)
  return [
    ...(usage ? [{ type: 'usage', usage } as const] : []),
    {
      type: 'choice-finish',
      choice: 0,
      ...decodeFinish(response, items.contents),
      ...(extras && { extras }),
    },
    { type: 'reply-end' },
  ]
}
