/** A whole Completions reply -> the hub's reply. */

import type { Block } from '../../ground/chat-call.ts'
import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asNumber, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { errorOfBody } from '../openai-chat/decode-error.ts'
import { choiceError } from '../openai-chat/decode-reply.ts'
import { isErrorBody } from '../openai-chat/error-facts.ts'
import { decodeFinish } from '../openai-chat/finish.ts'
import { decodeUsage } from '../openai-chat/usage.ts'
import type { Quirks } from '../quirks.ts'
import { choiceFields, replyExtras } from './choice-fields.ts'
import { decodeLogprobs } from './logprobs.ts'
import { WIRE } from './wire-name.ts'

/** An error that came with status 200, at the top or in a choice, is an error here. */
export function decodeReply(body: Json, quirks: Quirks): Result<ChatReply, GatewayError> {
  if (!isObject(body)) return err(strange('a body that is not a JSON object'))
  if (isErrorBody(body)) return err(errorOfBody(body, undefined))
  if (!Array.isArray(body.choices)) return err(strange('a body without choices'))
  const choices: Choice[] = []
  for (const choice of body.choices.filter(isObject)) {
    const decoded = decodeChoice(choice)
    if (decoded.finish === 'error') return err(choiceError(choice))
    choices.push(decoded)
  }
  return ok(
    compact({
      id: asString(body.id) ?? '',
      model: asString(body.model) ?? '',
      createdSeconds: asNumber(body.created) || undefined,
      choices,
      usage: decodeUsage(body.usage, quirks),
      extras: replyExtras(body),
    }),
  )
}

function decodeChoice(choice: JsonObject): Choice {
  const text = asString(choice.text) ?? ''
  const value = choiceFields(choice)
  const content: Block[] = [
    ...(text ? [{ type: 'text', text } as const] : []),
    ...(value ? [{ type: 'opaque', wire: WIRE, value } as const] : []),
  ]
  const logprobs = decodeLogprobs(choice.logprobs)
  return compact({
    content,
    ...finishOf(choice),
    logprobs: logprobs && { content: logprobs },
  })
}

/** The words are those of Chat Completions; Together's `eos` among them. */
export function finishOf(choice: JsonObject): Pick<Choice, 'finish' | 'rawFinish' | 'stopSequence'> {
  return decodeFinish(choice, { toolCalls: false, refusal: false })
}

function strange(what: string): GatewayError {
  return gatewayError('upstream-error', `The provider answered with ${what}.`, { origin: 'upstream' })
}
