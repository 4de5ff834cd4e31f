/** The hub's call -> a request with a single prompt. */

import type { ChatCall, Message } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import { draftOf } from '../ollama-chat/encode-content.ts'
import { dropUnsupported, noteLosses } from '../ollama-chat/encode-request.ts'
import { applyExtras } from '../ollama-chat/extras.ts'
import { encodeFormat } from '../ollama-chat/format.ts'
import { encodeLogprobsAsked } from '../ollama-chat/logprobs-asked.ts'
import { encodeOptions } from '../ollama-chat/options.ts'
import { encodeThink } from '../ollama-chat/think.ts'
import type { Quirks } from '../quirks.ts'
import { WIRE } from './wire-name.ts'

/** A conversation of several turns does not fit one prompt: it is written out as a transcript, and told. */
export function encodeRequest(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const body: JsonObject = {
    model: call.model,
    ...encodePrompt(call.messages, losses),
    ...encodeFormat(call.format, quirks, losses),
    ...encodeThink(call, losses),
    ...encodeOptions(call),
    ...encodeLogprobsAsked(call),
    stream: call.stream,
  }
  if (call.tools?.length) losses.dropped('tools', 'A single prompt cannot offer tools.')
  noteLosses(call, losses)
  applyExtras(body, call.extras, WIRE, losses)
  dropUnsupported(body, quirks, losses)
  return { value: body, warnings: losses.warnings }
}

function encodePrompt(messages: readonly Message[], losses: Losses): JsonObject {
  const system: string[] = []
  const turns: { role: Message['role']; text: string }[] = []
  const images: string[] = []
  messages.forEach((message, index) => {
    const { role } = message
    const draft = draftOf(flat(message), `messages[${index}]`, losses)
    const text = draft.texts.join(role === 'user' ? '\n' : '\n\n')
    images.push(...draft.images)
    if (draft.calls.length > 0) losses.dropped('messages.tool_calls', 'A single prompt cannot hold earlier tool calls.')
    if (draft.thinking) losses.dropped('messages.thinking', 'A single prompt cannot hold earlier thinking.')
    if (role === 'system' || role === 'developer') system.push(text)
    else turns.push({ role, text })
  })
  return {
    prompt: turns.length > 1 ? transcript(turns, losses) : (turns[0]?.text ?? ''),
    ...(system.length > 0 && { system: system.join('\n\n') }),
    ...(images.length > 0 && { images }),
  }
}

/** What tool results hold counts as said in their turn. */
function flat({ content }: Message): Message['content'] {
  return content.flatMap((block) => (block.type === 'tool-result' ? block.content : [block]))
}

const SPEAKER = { user: 'User', assistant: 'Assistant', tool: 'Tool result', system: 'System', developer: 'System' }

function transcript(turns: readonly { role: Message['role']; text: string }[], losses: Losses): string {
  losses.changed('messages', 'This API takes one prompt: the conversation was written out in it, turn by turn.')
  const lines = turns.map(({ role, text }) => `${SPEAKER[role]}: ${text}`)
  return [...lines, `${SPEAKER.assistant}:`].join('\n\n')
}
