/** The hub's reply -> a whole chat reply. */

import type { Block, ReasoningBlock, TextBlock } from '../../ground/chat-call.ts'
import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import { compact } from '../../ground/compact.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { aBlock, Losses } from '../losses.ts'
import type { ReplyDefaults } from '../wire.ts'
import { encodeCitation } from './citations.ts'
import { isPlan } from './encode-assistant.ts'
import { encodeFinish } from './finish.ts'
import { encodeLogprobs } from './logprobs.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { encodeReplyFields, ownFields } from './reply-fields.ts'
import { encodeToolCall } from './tool-calls.ts'
import { WIRE } from './wire-name.ts'

/** The first choice alone fits; usage that nobody reported is left out. */
export function encodeReply(reply: ChatReply, defaults: ReplyDefaults): Encoded<JsonObject> {
  const losses = new Losses()
  const choice: Choice = reply.choices[0] ?? { content: [], finish: 'unknown' }
  if (reply.choices.length > 1) losses.dropped('n', `Only the first of ${reply.choices.length} answers fits.`)
  const logprobs = choice.logprobs?.content
  const hasCalls = choice.content.some(({ type }) => type === 'tool-call')
  const value: JsonObject = {
    id: reply.id || defaults.id,
    message: encodeMessage(choice.content, losses),
    finish_reason: encodeFinish(choice, hasCalls, losses),
    ...encodeReplyFields(ownFields(reply.extras, losses), reply.usage),
    ...(logprobs && logprobs.length > 0 && { logprobs: encodeLogprobs(logprobs) }),
  }
  return { value, warnings: losses.warnings }
}

interface Draft {
  readonly content: JsonObject[]
  plan: string
  readonly calls: JsonObject[]
  readonly citations: JsonObject[]
  readonly fields: JsonObject
}

function encodeMessage(content: readonly Block[], losses: Losses): JsonObject {
  const draft: Draft = { content: [], plan: '', calls: [], citations: [], fields: {} }
  for (const block of content) addBlock(block, draft, losses)
  const { plan, calls, citations, fields } = draft
  return compact({
    role: 'assistant',
    content: draft.content.length > 0 || calls.length === 0 ? draft.content : undefined,
    tool_plan: plan || undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
    citations: citations.length > 0 ? citations : undefined,
    ...fields,
  })
}

function addBlock(block: Block, draft: Draft, losses: Losses): void {
  switch (block.type) {
    case 'text':
      addText(block, draft)
      return
    case 'refusal':
      draft.content.push({ type: 'text', text: block.text })
      losses.changed('refusal', REFUSAL)
      return
    case 'reasoning':
      addReasoning(block, draft, losses)
      return
    case 'tool-call':
      draft.calls.push(encodeToolCall(block))
      return
    case 'opaque':
      if (block.wire !== WIRE) losses.dropped('content', `A block that only ${block.wire} knows was left out.`)
      else if (block.value.type === MESSAGE_FIELDS && isObject(block.value.fields))
        Object.assign(draft.fields, block.value.fields)
      else draft.content.push(block.value)
      return
    default:
      losses.dropped('content', `${aBlock(block.type, 'A')} has no place in an answer of the Chat API.`)
  }
}

function addText({ text, citations = [] }: TextBlock, draft: Draft): void {
  for (const citation of citations) draft.citations.push(encodeCitation(citation, text, draft.content.length))
  draft.content.push({ type: 'text', text })
}

function addReasoning(block: ReasoningBlock, draft: Draft, losses: Losses): void {
  if (block.signature !== undefined || block.redacted !== undefined) losses.dropped('thinking.signature', NO_SIGNATURES)
  if (isPlan(block)) draft.plan += block.text
  else if (block.text) draft.content.push({ type: 'thinking', thinking: block.text })
}

export const REFUSAL = 'This API has no refusals of their own: the words are shown as text.'
export const NO_SIGNATURES = 'This API shows thinking only as plain text.'
