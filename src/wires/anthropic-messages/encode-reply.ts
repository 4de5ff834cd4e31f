/** The hub's reply -> a whole Messages reply. */

import type { Block, TextBlock } from '../../ground/chat-call.ts'
import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import type { JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { ReplyDefaults } from '../wire.ts'
import { encodeCitation } from './citations.ts'
import { encodeFinish } from './finish.ts'
import { encodeReplyExtras, stopDetails } from './reply-fields.ts'
import { messageId, ReplyToolIds } from './reply-ids.ts'
import { inputOf } from './tool-input.ts'
import { encodeUsage } from './usage.ts'
import { WIRE } from './wire-name.ts'

/** The first choice alone fits. A refusal's text goes into `stop_details.explanation`, where this wire keeps it. */
export function encodeReply(reply: ChatReply, defaults: ReplyDefaults): Encoded<JsonObject> {
  const losses = new Losses()
  const choice: Choice = reply.choices[0] ?? { content: [], finish: 'unknown' }
  noteLosses(reply, choice, losses)
  const id = messageId(reply.id, defaults.id)
  const toolIds = new ReplyToolIds()
  const content = choice.content.flatMap((block) => encodeBlock(block, (call) => toolIds.next(call, id), losses))
  const refusal = choice.content.flatMap((block) => (block.type === 'refusal' ? [block.text] : [])).join('')
  const toolCalls = choice.content.some((block) => block.type === 'tool-call')
  const extras = encodeReplyExtras(reply.extras, losses)
  const value: JsonObject = {
    ...extras,
    id,
    type: 'message',
    role: 'assistant',
    model: reply.model || defaults.model,
    content,
    stop_reason: encodeFinish(choice, { toolCalls, refusal: refusal !== '' }, losses),
    stop_sequence: choice.stopSequence ?? null,
    stop_details: stopDetails(extras.stop_details, refusal),
    usage: encodeUsage(reply.usage ?? {}),
  }
  return { value, warnings: losses.warnings }
}

function noteLosses(reply: ChatReply, choice: Choice, losses: Losses): void {
  if (reply.choices.length > 1)
    losses.dropped('n', `Only the first of ${reply.choices.length} answers fits a Messages reply.`)
  if (choice.logprobs) losses.dropped('logprobs', 'A Messages reply has no log-probabilities.')
  if (!reply.usage) losses.changed('usage', UNKNOWN_USAGE)
}

/** Said when zeros have to stand where a number is demanded and nobody gave one. */
export const UNKNOWN_USAGE = 'The provider sent no usage; the zeros shown mean unknown.'

function encodeBlock(block: Block, toolId: (id: string) => string, losses: Losses): JsonObject[] {
  switch (block.type) {
    case 'text':
      return [encodeText(block, losses)]
    case 'reasoning':
      if (block.redacted !== undefined) return [{ type: 'redacted_thinking', data: block.redacted }]
      return [{ type: 'thinking', thinking: block.text, signature: block.signature ?? '' }]
    case 'tool-call': {
      const input = inputOf(block.arguments, losses, 'tool_calls.arguments')
      return [{ type: 'tool_use', id: toolId(block.id), name: block.name, input }]
    }
    case 'refusal':
      return []
    case 'opaque':
      if (block.wire === WIRE) return [block.value]
      losses.dropped('content', `A block that only ${block.wire} knows does not fit a Messages reply.`)
      return []
    case 'image':
    case 'document':
    case 'audio':
    case 'tool-result':
      losses.dropped('content', `A Messages reply cannot hold a block of type ${block.type}.`)
      return []
    default:
      return assertNever(block)
  }
}

function encodeText(block: TextBlock, losses: Losses): JsonObject {
  const encoded = (block.citations ?? []).map((citation) => encodeCitation(citation, losses))
  const citations = encoded.filter((citation) => citation !== undefined)
  return { type: 'text', text: block.text, ...(citations.length > 0 && { citations }) }
}
