/** What of a choice's content fits a text completion; the rest is told as lost. */

import type { Choice } from '../../ground/chat-reply.ts'
import type { Losses } from '../losses.ts'
import { encodeFinish as encodeChatFinish } from '../openai-chat/finish.ts'

/** Tells that blocks of a kind have no form here. */
export function dropBlock(kind: string, losses: Losses): void {
  losses.dropped('choices.text', `A text completion holds text only: ${kind} was left out of the answer.`)
}

/** The `finish_reason`, of which this API has stop, length and content_filter. */
export function encodeFinish(choice: Pick<Choice, 'finish' | 'rawFinish'>, refusal: boolean, losses: Losses): string {
  const word = encodeChatFinish(choice, { toolCalls: false, refusal }, losses)
  if (word !== 'tool_calls') return word
  losses.changed('finish_reason', 'The model wants to call a tool, which this API cannot show; it is shown as stop.')
  return 'stop'
}

export const REFUSAL_AS_TEXT = 'A text completion has no words of refusal apart from its text.'
