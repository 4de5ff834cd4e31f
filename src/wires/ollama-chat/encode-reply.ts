/** The hub's reply -> a whole reply of a chat or a single prompt. */

import type { Block } from '../../ground/chat-call.ts'
import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { aBlock, Losses } from '../losses.ts'
import { encodeLogprobs } from '../openai-chat/logprobs.ts'
import type { ReplyDefaults } from '../wire.ts'
import { encodeReplyCall } from './encode-call.ts'
import { replyFields } from './extras.ts'
import { encodeFinish } from './finish.ts'
import { encodeImage } from './images.ts'
import type { LineShape, Said } from './line-shape.ts'
import { encodeUsage } from './usage.ts'

/** The first choice alone fits. Durations and counts that nobody measured are left out: they are not zero. */
export function encodeReply(reply: ChatReply, defaults: ReplyDefaults, shape: LineShape): Encoded<JsonObject> {
  const losses = new Losses()
  const choice: Choice = reply.choices[0] ?? { content: [], finish: 'unknown' }
  if (reply.choices.length > 1) losses.dropped('n', `Only the first of ${reply.choices.length} answers fits.`)
  const logprobs = choice.logprobs?.content
  const value: JsonObject = {
    model: reply.model || defaults.model,
    created_at: timeOf(reply.createdSeconds ?? defaults.createdSeconds),
    ...shape.write(saidBy(choice.content, shape, losses)),
    done: true,
    done_reason: encodeFinish(choice, losses),
    ...(logprobs && logprobs.length > 0 && { logprobs: encodeLogprobs(logprobs) }),
    ...replyFields(reply.extras, shape.wire, losses),
    ...encodeUsage(reply.usage),
  }
  return { value, warnings: losses.warnings }
}

/** Beyond this no date can be written. */
const LAST_MS = 8e15

/** A time as this wire writes it; what is no time is the beginning of time. */
export function timeOf(seconds: number): string {
  const ms = seconds * 1000
  return new Date(ms >= 0 ? Math.min(ms, LAST_MS) : 0).toISOString()
}

function saidBy(content: readonly Block[], shape: LineShape, losses: Losses): Said {
  const said = { text: '', thinking: '', calls: [] as JsonObject[], images: [] as string[] }
  for (const block of content) {
    switch (block.type) {
      case 'text':
        said.text += block.text
        if (block.citations?.length) losses.dropped('citations', NO_CITATIONS)
        break
      case 'refusal':
        said.text += block.text
        break
      case 'reasoning':
        said.thinking += block.text
        if (block.signature !== undefined || block.redacted !== undefined)
          losses.dropped('thinking.signature', NO_SIGNATURES)
        break
      case 'tool-call':
        if (shape.hasCalls) said.calls.push(encodeReplyCall(block, said.calls.length, losses))
        else losses.dropped('tool_calls', NO_CALLS)
        break
      case 'image': {
        const data = encodeImage(block)
        if (data !== undefined && shape.hasCalls) said.images.push(data)
        else losses.dropped('images', NO_IMAGE)
        break
      }
      case 'opaque':
        losses.dropped('content', `A block that only ${block.wire} knows was left out of the answer.`)
        break
      default:
        losses.dropped('content', `${aBlock(block.type, 'A')} has no place in an answer of this API.`)
    }
  }
  return said
}

export const NO_CITATIONS = 'This API has no citations in its answers.'
export const NO_SIGNATURES = 'This API shows thinking only as plain text.'
export const NO_CALLS = 'An answer to a single prompt has no place for tool calls.'
export const NO_IMAGE = 'A picture of the answer has no place in a reply of this API.'
