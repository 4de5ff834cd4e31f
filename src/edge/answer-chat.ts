/** Answers a chat call with the intent classifier, so that apps reach it with the SDK they already have. */

import type { Block, ChatCall, Message } from '../ground/chat-call.ts'
import type { ChatReply, Choice } from '../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { isObject, type JsonObject } from '../ground/json.ts'
import { err, ok, type Result } from '../ground/result.ts'
import { chooseIntentTool } from './choose-intent-tool.ts'
import type { Classification, EdgeClassifier } from './edge-model.ts'
import { fillSchema, intentValues } from './intent-values.ts'
import { countTokens, firstTokens } from './text-tokens.ts'

export interface AnswerContext {
  /** Id of the reply; a tool call's id is made from it. */
  readonly id: string
  readonly createdSeconds: number
}

/**
 * Classifies the last user message. With fitting tools the answer is a tool call; otherwise it is one line of JSON,
 * `{"intent","score","out_of_scope","alternatives"}`, cut to the properties of a json-schema format when one is asked.
 * Usage counts the tokens read and the tokens of the answer by the model's own tokenizer; an answer over
 * `maxOutputTokens` is cut and finishes with `length`. Sampling settings have no effect. Several choices, and images,
 * audio or documents in that message, are errors.
 */
export function answerChat(
  call: ChatCall,
  classifier: EdgeClassifier,
  context: AnswerContext,
): Result<ChatReply, GatewayError> {
  if ((call.choices ?? 1) > 1)
    return refuse('not-supported', 'n asks for several choices; an edge classifier has one answer. Leave n out.', 'n')
  const asked = lastUserText(call.messages)
  if (!asked.ok) return asked
  const classification = classifier.classify(asked.value.text, classifier.labels.length)
  const tool = chooseIntentTool(call, classification, asked.value.answered)
  if (!tool.ok) return tool
  if (tool.value) {
    const { name } = tool.value
    const answer = limited(JSON.stringify(tool.value.arguments), call.maxOutputTokens, countTokens(name))
    const block: Block = { type: 'tool-call', id: `call_${context.id}`, name, arguments: answer.text || '{}' }
    return ok(replyOf(block, answer.cut ? 'length' : 'tool-calls', answer.tokens, classification, classifier, context))
  }
  const values = answerValues(call, classification)
  if (!values.ok) return values
  const answer = limited(JSON.stringify(values.value), call.maxOutputTokens, 0)
  const block: Block = { type: 'text', text: answer.text }
  return ok(replyOf(block, answer.cut ? 'length' : 'stop', answer.tokens, classification, classifier, context))
}

function answerValues(call: ChatCall, classification: Classification): Result<JsonObject, GatewayError> {
  const format = call.format
  if (format?.type !== 'json-schema' || !isObject(format.schema.properties)) return ok(intentValues(classification))
  const filled = fillSchema(format.schema, classification)
  if (filled.ok) return filled
  return refuse(
    'not-supported',
    `the response schema requires ${filled.error.join(', ')}, which an intent classifier cannot fill. It can fill intent (or label), score (or confidence), out_of_scope and alternatives; make the others optional or send the call to a chat model.`,
    'response_format',
  )
}

/** Text of the last user message that has any, and whether a tool result already follows it. */
function lastUserText(messages: readonly Message[]): Result<{ text: string; answered: boolean }, GatewayError> {
  let answered = false
  for (const message of messages.toReversed()) {
    answered ||= message.content.some((block) => block.type === 'tool-result')
    if (message.role !== 'user') continue
    const unread = message.content.find(isMedia)
    if (unread) {
      const what = `the last user message holds a block of type "${unread.type}"; an edge classifier reads only text. Send text, or send the call to a chat model.`
      return refuse('not-supported', what, 'messages')
    }
    const text = message.content.flatMap((block) => (block.type === 'text' ? block.text : [])).join('\n')
    if (text.trim() !== '') return ok({ text, answered })
  }
  return refuse('invalid-request', 'messages holds no user message with text; add one to classify.', 'messages')
}

function isMedia(block: Block): boolean {
  return block.type === 'image' || block.type === 'audio' || block.type === 'document' || block.type === 'opaque'
}

/** The text within a limit on tokens of which `spent` are gone already. */
function limited(
  text: string,
  limit: number | undefined,
  spent: number,
): { text: string; tokens: number; cut: boolean } {
  const tokens = spent + countTokens(text)
  if (limit === undefined || tokens <= limit) return { text, tokens, cut: false }
  const room = Math.max(0, limit - spent)
  return { text: firstTokens(text, room), tokens: spent + room, cut: true }
}

function replyOf(
  block: Block,
  finish: Choice['finish'],
  output: number,
  { inputTokens }: Classification,
  { card }: EdgeClassifier,
  { id, createdSeconds }: AnswerContext,
): ChatReply {
  const usage = { input: inputTokens, output }
  return { id, model: card.model, createdSeconds, choices: [{ content: [block], finish }], usage }
}

function refuse(kind: 'invalid-request' | 'not-supported', message: string, param: string) {
  return err(gatewayError(kind, message, { param }))
}
