/** The hub's reply -> a whole Chat Completions reply. */

import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { ReplyDefaults } from '../wire.ts'
import { encodeMessage } from './encode-message.ts'
import { encodeUsage } from './encode-usage.ts'
import { encodeFinish } from './finish.ts'
import { encodeLogprobs } from './logprobs.ts'
import { WIRE } from './wire-name.ts'

/** Usage that nobody reported is left out, never shown as zero. */
export function encodeReply(reply: ChatReply, defaults: ReplyDefaults): Encoded<JsonObject> {
  const losses = new Losses()
  const value = compact({
    id: reply.id || defaults.id,
    object: 'chat.completion',
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
    losses.replyField(field, `The Chat Completions API has no ${field} in its answers.`)
  return {}
}

function encodeChoice(choice: Choice, index: number, losses: Losses): JsonObject {
  const { content, logprobs, stopSequence } = choice
  const contents = {
    toolCalls: content.some(({ type }) => type === 'tool-call'),
    refusal: content.some(({ type }) => type === 'refusal'),
  }
  return compact({
    index,
    message: encodeMessage(content, losses),
    logprobs: logprobs
      ? {
          content: logprobs.content ? encodeLogprobs(logprobs.content) : null,
          refusal: logprobs.refusal ? encodeLogprobs(logprobs.refusal) : null,
        }
      : null,
    finish_reason: encodeFinish(choice, contents, losses),
    // vLLM's field for the stop sequence that matched.
    stop_reason: stopSequence,
  })
}
