/** Why an answer ended: this wire's `stop_reason` words <-> the hub's, as two tables. */

import type { Choice, FinishReason } from '../../ground/chat-reply.ts'
import { lookUp } from '../look-up.ts'
import type { Losses } from '../losses.ts'

const FINISH_OF: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  tool_use: 'tool-calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  stop_sequence: 'stop-sequence',
  refusal: 'refusal',
  pause_turn: 'pause',
}

const STOP_REASON_OF: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'stop-sequence': 'stop_sequence',
  'content-filter': 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  error: 'end_turn',
  unknown: 'end_turn',
}

/** The finish fields of a choice for a `stop_reason`; a word we do not know gives `unknown` and is kept. */
export function decodeFinish(
  stopReason: string | undefined,
  stopSequence: string | undefined,
): Pick<Choice, 'finish' | 'rawFinish' | 'stopSequence'> {
  return {
    finish: lookUp(FINISH_OF, stopReason) ?? 'unknown',
    ...(stopReason !== undefined && { rawFinish: stopReason }),
    ...(stopSequence !== undefined && { stopSequence }),
  }
}

/** What the choice holds, as far as it decides the stop reason. */
export interface Contents {
  readonly toolCalls: boolean
  readonly refusal: boolean
}

/**
 * The `stop_reason` for a finish. The provider's own word is kept if it is one of ours. Gemini-like vendors say `stop`
 * for tool calls and OpenAI says it for refusals: clients of this wire need `tool_use` and `refusal` there.
 */
export function encodeFinish(
  { finish, rawFinish }: Pick<Choice, 'finish' | 'rawFinish'>,
  contents: Contents,
  losses: Losses,
): string {
  if (rawFinish !== undefined && lookUp(FINISH_OF, rawFinish) === finish) return rawFinish
  if (finish === 'stop' && contents.refusal) return 'refusal'
  if (finish === 'stop' && contents.toolCalls) return 'tool_use'
  if (finish === 'content-filter')
    losses.changed('finish_reason', 'The answer was cut by a content filter; it is shown as a refusal.')
  if (finish === 'error' || finish === 'unknown')
    losses.changed('finish_reason', `The provider ended with "${rawFinish ?? finish}"; it is shown as end_turn.`)
  return STOP_REASON_OF[finish]
}
