/** A whole chat reply -> the hub's reply. */

import type { ChatReply } from '../../ground/chat-reply.ts'
import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { decodeAssistant } from './decode-content.ts'
import { errorOfBody, isErrorBody } from './decode-error.ts'
import { decodeFinish } from './finish.ts'
import { decodeLogprobs } from './logprobs.ts'
import { replyExtras } from './reply-fields.ts'
import { decodeUsage } from './usage.ts'
import { modernReply } from './version-one.ts'

const KNOWN = new Set(['id', 'message', 'finish_reason', 'usage', 'logprobs'])

/** An error that came with status 200 is an error here. The API does not say which model answered. */
export function decodeReply(body: Json): Result<ChatReply, GatewayError> {
  if (!isObject(body) || isErrorBody(body)) return err(errorOfBody(body))
  const modern = modernReply(body) ?? body
  const message = asObject(modern.message)
  if (!message) return err(NO_REPLY)
  const finish = decodeFinish(asString(modern.finish_reason))
  if (finish.finish === 'error') return err(failedAnswer(modern))
  const logprobs = decodeLogprobs(modern.logprobs)
  return ok(
    compact({
      id: asString(modern.id) ?? '',
      model: '',
      choices: [
        compact({
          content: decodeAssistant(message, 'message'),
          ...finish,
          logprobs: logprobs && { content: logprobs },
        }),
      ],
      usage: decodeUsage(modern.usage),
      extras: replyExtras(modern, KNOWN),
    }),
  )
}

/** The error of an answer that ended with one; `owner` is the reply, or the last event's `delta`. */
export function failedAnswer(owner: JsonObject): GatewayError {
  const said = asString(owner.error)
  const word = asString(owner.finish_reason) ?? 'ERROR'
  const kind = word === 'TIMEOUT' ? 'timeout' : 'upstream-error'
  return gatewayError(kind, said || `The provider ended the answer with "${word}".`, { origin: 'upstream' })
}

const NO_REPLY = gatewayError('upstream-error', 'The provider answered with a body that is no reply of this API.', {
  origin: 'upstream',
})
