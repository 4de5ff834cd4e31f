/** The hub's reply -> a whole Converse reply. */

import type { Block } from '../../ground/chat-call.ts'
import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import type { JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import type { Encoded } from '../../ground/warning.ts'
import { ReplyToolIds } from '../anthropic-messages/reply-ids.ts'
import { inputOf } from '../anthropic-messages/tool-input.ts'
import { Losses } from '../losses.ts'
import type { ReplyDefaults } from '../wire.ts'
import { encodeCitation, encodeCitedText } from './citations.ts'
import { encodeImage } from './encode-media.ts'
import { encodeFinish } from './finish.ts'
import { encodeReplyExtras } from './reply-fields.ts'
import { encodeUsage } from './usage.ts'
import { WIRE } from './wire-name.ts'

/** The first choice alone fits. Id and model have no place here. Usage that nobody told is left out: zeros would be read as a count. */
export function encodeReply(reply: ChatReply, defaults: ReplyDefaults): Encoded<JsonObject> {
  const losses = new Losses()
  const choice: Choice = reply.choices[0] ?? { content: [], finish: 'unknown' }
  noteLosses(reply, choice, losses)
  const toolIds = new ReplyToolIds()
  const toolId = (id: string) => toolIds.next(id, reply.id || defaults.id)
  const content = choice.content.flatMap((block) => encodeBlock(block, toolId, losses))
  const toolCalls = choice.content.some(({ type }) => type === 'tool-call')
  const refusal = choice.content.some(({ type }) => type === 'refusal')
  const value: JsonObject = {
    ...encodeReplyExtras(reply.extras, losses),
    output: { message: { role: 'assistant', content } },
    stopReason: encodeFinish(choice, { toolCalls, refusal }, losses),
    ...(reply.usage && { usage: encodeUsage(reply.usage) }),
  }
  return { value, warnings: losses.warnings }
}

function noteLosses(reply: ChatReply, choice: Choice, losses: Losses): void {
  if (reply.choices.length > 1)
    losses.dropped('n', `Only the first of ${reply.choices.length} answers fits a Converse reply.`)
  if (choice.logprobs) losses.dropped('logprobs', 'A Converse reply has no log-probabilities.')
}

function encodeBlock(block: Block, toolId: (id: string) => string, losses: Losses): JsonObject[] {
  switch (block.type) {
    case 'text': {
      const citations = (block.citations ?? []).map((citation) => encodeCitation(citation, losses))
      const known = citations.filter((citation) => citation !== undefined)
      return [encodeCitedText(block.text, known)]
    }
    case 'reasoning': {
      if (block.redacted !== undefined) return [{ reasoningContent: { redactedContent: block.redacted } }]
      const { text, signature } = block
      return [{ reasoningContent: { reasoningText: { text, ...(signature !== undefined && { signature }) } } }]
    }
    case 'tool-call': {
      const input = inputOf(block.arguments, losses, 'tool_calls.arguments')
      return [{ toolUse: { toolUseId: toolId(block.id), name: block.name, input } }]
    }
    case 'refusal':
      return [{ text: block.text }]
    case 'opaque':
      if (block.wire === WIRE) return [block.value]
      losses.dropped('content', `A block that only ${block.wire} knows does not fit a Converse reply.`)
      return []
    case 'image': {
      const image = encodeImage(block, 'content', { losses })
      return image ? [image] : []
    }
    case 'audio':
      return [{ audio: { format: block.format, source: { bytes: block.data } } }]
    case 'document':
    case 'tool-result':
      losses.dropped('content', `A Converse reply holds no block of type ${block.type}.`)
      return []
    default:
      return assertNever(block)
  }
}
