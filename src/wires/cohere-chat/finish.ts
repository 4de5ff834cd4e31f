/** Why an answer ended: this wire's `finish_reason` words <-> the hub's, as two tables. */

import type { Choice, FinishReason } from '../../ground/chat-reply.ts'
import { lookUp } from '../look-up.ts'
import type { Losses } from '../losses.ts'

const FINISH_OF: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop-sequence',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
  ERROR: 'error',
  TIMEOUT: 'error',
  // Version 1.
  ERROR_LIMIT: 'length',
  ERROR_TOXIC: 'content-filter',
  USER_CANCEL: 'stop',
}

const WORD_OF: Readonly<Record<FinishReason, string>> = {
  stop: 'COMPLETE',
  length: 'MAX_TOKENS',
  'tool-calls': 'TOOL_CALL',
  'stop-sequence': 'STOP_SEQUENCE',
  'content-filter': 'COMPLETE',
  refusal: 'COMPLETE',
  pause: 'COMPLETE',
  error: 'ERROR',
  unknown: 'COMPLETE',
}

/** A word we do not know gives `unknown` and is kept. */
export function decodeFinish(word: string | undefined): Pick<Choice, 'finish' | 'rawFinish'> {
  return {
    finish: lookUp(FINISH_OF, word) ?? 'unknown',
    ...(word !== undefined && { rawFinish: word }),
  }
}

/** The provider's own word if it is one of ours. Vendors that say `stop` for tool calls are put right. */
export function encodeFinish(
  { finish, rawFinish, stopSequence }: Pick<Choice, 'finish' | 'rawFinish' | 'stopSequence'>,
  hasCalls: boolean,
  losses: Losses,
): string {
  if (stopSequence !== undefined)
    losses.dropped('stop_sequence', 'This API says that a stop sequence ended the answer, but not which.')
  if (rawFinish !== undefined && lookUp(FINISH_OF, rawFinish) === finish) return rawFinish
  if (finish === 'stop' && hasCalls) return WORD_OF['tool-calls']
  const word = WORD_OF[finish]
  if (word === 'COMPLETE' && finish !== 'stop')
    losses.changed('finish_reason', `The provider ended with "${rawFinish ?? finish}"; it is shown as COMPLETE.`)
  return word
}
