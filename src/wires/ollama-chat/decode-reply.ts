/** A whole reply of a chat or a single prompt -> the hub's reply. */

import type { Block } from '../../ground/chat-call.ts'
import type { ChatReply } from '../../ground/chat-reply.ts'
import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { decodeLogprobs } from '../openai-chat/logprobs.ts'
import { givenId } from './call-ids.ts'
import { errorOfBody, isErrorBody } from './decode-error.ts'
import { decodeToolCall } from './decode-messages.ts'
import { decodeFinish } from './finish.ts'
import { decodeImages } from './images.ts'
import { extrasOf, type LineShape, type Said } from './line-shape.ts'
import { decodeUsage } from './usage.ts'

/** An error that came with status 200 is an error here. The API gives replies no ids. */
export function decodeReply(body: Json, shape: LineShape): Result<ChatReply, GatewayError> {
  if (!isObject(body) || isErrorBody(body)) return err(errorOfBody(body, undefined))
  const said = shape.read(body)
  if (!said) return err(NO_REPLY)
  const content = blocksOf(said, asString(body.created_at) ?? '')
  const logprobs = decodeLogprobs(body.logprobs)
  const choice = compact({
    content,
    ...decodeFinish(asString(body.done_reason), said.calls.length > 0),
    logprobs: logprobs && logprobs.length > 0 ? { content: logprobs } : undefined,
  })
  return ok(
    compact({
      id: '',
      model: asString(body.model) ?? '',
      createdSeconds: createdSeconds(body),
      choices: [choice],
      usage: decodeUsage(body),
      extras: extrasOf(body, shape),
    }),
  )
}

/** Thinking, text, pictures, calls. */
function blocksOf({ text, thinking, calls, images }: Said, createdAt: string): Block[] {
  const content: Block[] = []
  if (thinking) content.push({ type: 'reasoning', text: thinking })
  if (text) content.push({ type: 'text', text })
  content.push(...decodeImages([...images]))
  calls.forEach((call, index) => {
    content.push(decodeToolCall(call, () => asString(call.id) || givenId(createdAt, index)))
  })
  return content
}

/** Whole seconds of `created_at`; undefined for what is no time, or the beginning of time that redacted recordings have. */
export function createdSeconds(body: JsonObject): number | undefined {
  const time = Date.parse(asString(body.created_at) ?? '')
  return time > 0 ? Math.floor(time / 1000) : undefined
}

const NO_REPLY = gatewayError('upstream-error', 'The provider answered with a body that is no reply of this API.', {
  origin: 'upstream',
})
