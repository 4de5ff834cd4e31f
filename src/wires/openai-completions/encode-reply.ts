/** The hub's reply -> a whole Completions reply. */

import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import { compact } from '../../ground/compact.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import { encodeUsage } from '../openai-chat/encode-usage.ts'
import type { ReplyDefaults } from '../wire.ts'
import { CHOICE_FIELDS } from './choice-fields.ts'
import { dropBlock, encodeFinish, REFUSAL_AS_TEXT } from './encode-content.ts'
import { encodeLogprobs } from './logprobs.ts'
import { WIRE } from './wire-name.ts'

/** Usage that nobody reported is left out, never shown as zero. */
export function encodeReply(reply: ChatReply, defaults: ReplyDefaults): Encoded<JsonObject> {
  const losses = new Losses()
  const value = compact({
    id: reply.id || defaults.id,
    object: 'text_completion',
    created: reply.createdSeconds ?? defaults.createdSeconds,
    model: reply.model || defaults.model,
    choices: reply.choices.map((choice, index) => encodeChoice(choice, index, losses)),
    usage: reply.usage && encodeUsage(reply.usage),
    ...ownExtras(reply.extras, losses),
  })
  return { value, warnings: losses.warnings }
}

/** The fields of a reply that came from this wire; another wire's are told as lost. */
export function ownExtras(extras: ChatReply['extras'], losses: Losses): JsonObject {
  if (!extras || extras.wire === WIRE) return extras?.fields ?? {}
  for (const field of Object.keys(extras.fields))
    losses.dropped(field, `The Completions API has no ${field} in its answers.`)
  return {}
}

function encodeChoice(choice: Choice, index: number, losses: Losses): JsonObject {
  let text = ''
  let refusal = false
  const fields: JsonObject = {}
  for (const block of choice.content) {
    if (block.type === 'text') {
      text += block.text
      if (block.citations) dropBlock('sources', losses)
    } else if (block.type === 'refusal') {
      refusal = true
      losses.changed('refusal', REFUSAL_AS_TEXT)
      text += block.text
    } else if (block.type === 'opaque' && block.value.type === CHOICE_FIELDS && isObject(block.value.fields))
      Object.assign(fields, block.value.fields)
    else dropBlock(block.type, losses)
  }
  const tokens = choice.logprobs?.content
  return compact({
    text,
    index,
    logprobs: tokens ? encodeLogprobs(tokens, 0) : null,
    finish_reason: encodeFinish(choice, refusal, losses),
    // vLLM's field for the stop sequence that matched.
    stop_reason: choice.stopSequence,
    ...fields,
  })
}
