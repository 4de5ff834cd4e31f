/** The hub's reply -> a whole generateContent reply. */

import type { Block } from '../../ground/chat-call.ts'
import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import { fieldsOf } from '../openai-responses/carried.ts'
import type { ReplyDefaults } from '../wire.ts'
import { encodeCitations } from './citations.ts'
import { encodeParts } from './encode-parts.ts'
import { replyFields } from './extras.ts'
import { encodeFinish } from './finish.ts'
import { encodeLogprobs } from './logprobs.ts'
import { createTime } from './reply-fields.ts'
import { encodeUsage } from './usage.ts'
import { WIRE } from './wire-name.ts'

/** One candidate a choice. Usage is left out when nobody counted it: it is not zero. */
export function encodeReply(reply: ChatReply, defaults: ReplyDefaults): Encoded<JsonObject> {
  const losses = new Losses()
  const fields = replyFields(reply.extras, losses)
  const value: JsonObject = {
    candidates: reply.choices.map((choice, index) =>
      encodeChoice(choice, index, index === 0 ? fields.candidate : {}, losses),
    ),
    ...encodeUsage(reply.usage),
    modelVersion: reply.model || defaults.model,
    responseId: reply.id || defaults.id,
    ...createTime(reply.createdSeconds),
    ...fields.reply,
  }
  return { value, warnings: losses.warnings }
}

function encodeChoice(choice: Choice, index: number, kept: JsonObject, losses: Losses): JsonObject {
  const citations = choice.content.flatMap((block) => (block.type === 'text' ? (block.citations ?? []) : []))
  const groundingMetadata =
    (kept.groundingMetadata ?? kept.citationMetadata) ? undefined : encodeCitations(citations, losses)
  // What a refusal is made of is text here, and so are its probabilities.
  const logprobs = [...(choice.logprobs?.content ?? []), ...(choice.logprobs?.refusal ?? [])]
  return {
    content: { role: 'model', parts: partsOf(choice.content, losses) },
    finishReason: encodeFinish(choice, losses),
    index,
    ...(logprobs.length > 0 && { logprobsResult: encodeLogprobs(logprobs) }),
    ...(groundingMetadata && { groundingMetadata }),
    ...kept,
  }
}

function partsOf(content: readonly Block[], losses: Losses): JsonObject[] {
  for (const block of content) noteBlock(block, losses)
  const shown = content.filter((block) => !(block.type === 'opaque' && isForeign(block)) && !isSealed(block))
  return encodeParts(shown.map(asSigned), 'candidates[0]', new Map(), losses, 'app')
}

function noteBlock(block: Block, losses: Losses): void {
  if (block.type === 'refusal') losses.changed('refusal', REFUSAL_AS_TEXT)
  if (isSealed(block)) losses.dropped('thinking', NO_REDACTED)
  if (block.type === 'opaque' && isForeign(block))
    losses.dropped('content', `A block that only ${block.wire} knows was left out of the answer.`)
}

/** Encrypted thinking that no signature can carry. */
function isSealed(block: Block): boolean {
  return block.type === 'reasoning' && block.redacted !== undefined && fieldsOf(block.redacted) === undefined
}

/** OpenAI's encrypted thinking travels as a signature, which apps send back with the call it stands on. */
function asSigned(block: Block): Block {
  if (block.type !== 'reasoning' || block.redacted === undefined) return block
  return { type: 'reasoning', text: block.text, signature: block.redacted }
}

function isForeign({ wire }: { readonly wire: string }): boolean {
  return wire !== WIRE
}

export const REFUSAL_AS_TEXT = 'This API has no words of refusal apart from text.'
export const NO_REDACTED = 'Encrypted thinking has no place in an answer of this API.'
