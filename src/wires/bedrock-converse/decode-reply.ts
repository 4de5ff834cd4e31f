/** A whole Converse reply -> the hub's. */

import type { Block } from '../../ground/chat-call.ts'
import type { ChatReply } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { Problems } from '../problems.ts'
import { decodeBlock } from './decode-block.ts'
import { errorOfException } from './decode-error.ts'
import { decodeFinish } from './finish.ts'
import { decodeReplyExtras, modelOf } from './reply-fields.ts'
import { decodeUsage } from './usage.ts'
import { WIRE } from './wire-name.ts'

/**
 * An error envelope under status 200, or anything that is no reply, gives an error. Replies have no id (it is a header)
 * and name no model. What a model writes between `<thinking>` tags in its text (Nova 1) stays text: it is not marked as
 * anything else, and models also write such tags when asked about them.
 */
export function decodeReply(body: Json): Result<ChatReply, GatewayError> {
  const message = isObject(body) ? asObject(asObject(body.output)?.message) : undefined
  if (!isObject(body) || !message) return err(notAReply(body))
  const content = asArray(message.content).filter(isObject).map(decodeReplyBlock)
  const usage = decodeUsage(body.usage)
  return ok({
    id: '',
    model: modelOf(body) ?? '',
    choices: [{ content, ...decodeFinish(asString(body.stopReason), body.additionalModelResponseFields) }],
    ...(usage && { usage }),
    ...decodeReplyExtras(body),
  })
}

/** Results of tools that ran at the provider, and documents, have no place in other APIs' replies: they stay whole. */
function decodeReplyBlock(value: JsonObject): Block {
  // What is malformed in a reply cannot be blamed on the client.
  const block = decodeBlock(value, 'content', new Problems())
  const foreign = block.type === 'tool-result' || block.type === 'document'
  return foreign ? { type: 'opaque', wire: WIRE, value } : block
}

/** The error that a body is which holds no message. */
export function notAReply(body: Json): GatewayError {
  if (isObject(body) && (body.message ?? body.Message ?? body.__type) !== undefined)
    return errorOfException(asString(body.__type) ?? '', body)
  return gatewayError('upstream-error', 'The provider answered with something that is not a Converse reply.', {
    origin: 'upstream',
  })
}
