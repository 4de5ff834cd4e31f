/** A whole Messages reply -> the hub's. */

import type { Block } from '../../ground/chat-call.ts'
import type { ChatReply } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asObject, asString, isObject, type Json } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { Problems } from '../problems.ts'
import { decodeBlock } from './decode-block.ts'
import { errorOfBody } from './decode-error.ts'
import { decodeFinish } from './finish.ts'
import { decodeReplyExtras } from './reply-fields.ts'
import { decodeUsage } from './usage.ts'

/** An error envelope under status 200, or anything that is no message, gives an error. */
export function decodeReply(body: Json): Result<ChatReply, GatewayError> {
  if (isObject(body) && (body.type === 'error' || isObject(body.error))) return err(errorOfBody(body, undefined))
  if (!isObject(body) || !Array.isArray(body.content))
    return err(
      gatewayError('upstream-error', 'The provider answered with something that is not a message.', {
        origin: 'upstream',
      }),
    )
  const content = asArray(body.content).flatMap((value) => decodeReplyBlock(value))
  const explanation = asString(asObject(body.stop_details)?.explanation)
  // Where the model declines, the words for it stand beside the content; the hub has them as a block.
  if (body.stop_reason === 'refusal' && explanation) content.push({ type: 'refusal', text: explanation })
  const usage = decodeUsage(body.usage)
  return ok({
    id: asString(body.id) ?? '',
    model: asString(body.model) ?? '',
    choices: [{ content, ...decodeFinish(asString(body.stop_reason), asString(body.stop_sequence)) }],
    ...(usage && { usage }),
    ...decodeReplyExtras(body),
  })
}

/** A block of a reply. One that is malformed cannot be blamed on the client and is left out. */
function decodeReplyBlock(value: Json): Block[] {
  const block = decodeBlock(value, 'content', new Problems())
  return block ? [block] : []
}
