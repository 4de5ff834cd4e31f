/** A whole Chat Completions reply -> the hub's reply. */

import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asNumber, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { Quirks } from '../quirks.ts'
import { errorOfBody } from './decode-error.ts'
import { decodeMessage } from './decode-message.ts'
import { isErrorBody } from './error-facts.ts'
import { decodeFinish } from './finish.ts'
import { decodeLogprobs } from './logprobs.ts'
import { replyExtras } from './reply-extras.ts'
import { decodeUsage, usageOf } from './usage.ts'

/** An error that came with status 200, at the top or in a choice, is an error here. */
export function decodeReply(body: Json, quirks: Quirks): Result<ChatReply, GatewayError> {
  if (!isObject(body)) return err(strange('a body that is not a JSON object'))
  if (isErrorBody(body)) return err(errorOfBody(body, undefined))
  if (!Array.isArray(body.choices)) return err(strange('a body without choices'))
  const id = asString(body.id) ?? ''
  const choices: Choice[] = []
  for (const choice of body.choices.filter(isObject)) {
    const decoded = decodeChoice(choice, id)
    if (decoded.finish === 'error') return err(choiceError(choice))
    choices.push(decoded)
  }
  return ok(
    compact({
      id,
      model: asString(body.model) ?? '',
      createdSeconds: asNumber(body.created) || undefined,
      choices,
      usage: decodeUsage(usageOf(body), quirks),
      extras: replyExtras(body),
    }),
  )
}

function decodeChoice(choice: JsonObject, replyId: string): Choice {
  const content = decodeMessage(asObject(choice.message) ?? asObject(choice.delta) ?? {}, replyId)
  const toolCalls = content.some(({ type }) => type === 'tool-call')
  const refusal = content.some(({ type }) => type === 'refusal')
  const logprobs = compact({
    content: decodeLogprobs(asObject(choice.logprobs)?.content),
    refusal: decodeLogprobs(asObject(choice.logprobs)?.refusal),
  })
  const hasLogprobs = asArray(logprobs.content).length > 0 || asArray(logprobs.refusal).length > 0
  return compact({
    content,
    ...decodeFinish(choice, { toolCalls, refusal }),
    logprobs: hasLogprobs ? logprobs : undefined,
  })
}

/** The error of a choice that ended with one. */
export function choiceError(choice: JsonObject): GatewayError {
  if (isObject(choice.error)) return errorOfBody({ error: choice.error }, undefined)
  const word = asString(choice.native_finish_reason) ?? asString(choice.finish_reason) ?? 'error'
  return gatewayError('upstream-error', `The provider ended the answer with "${word}".`, { origin: 'upstream' })
}

function strange(what: string): GatewayError {
  return gatewayError('upstream-error', `The provider answered with ${what}.`, { origin: 'upstream' })
}
