/** Why an answer ended: this wire's `done_reason` <-> the hub's words. */

import type { Choice, FinishReason } from '../../ground/chat-reply.ts'
import { lookUp } from '../look-up.ts'
import type { Losses } from '../losses.ts'

const FINISH_OF: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  // An empty prompt only loads the model, or lets it go.
  load: 'stop',
  unload: 'stop',
}

/** `stop` is said for tool calls too (ollama/ollama-chat/stream-tool-call), and older servers say nothing at all. */
export function decodeFinish(word: string | undefined, hasCalls: boolean): Pick<Choice, 'finish' | 'rawFinish'> {
  const finish = word === undefined ? 'stop' : (lookUp(FINISH_OF, word) ?? 'unknown')
  return {
    finish: finish === 'stop' && hasCalls ? 'tool-calls' : finish,
    ...(word !== undefined && { rawFinish: word }),
  }
}

/** The provider's own word where it is one of ours. */
export function encodeFinish({ finish, rawFinish }: Pick<Choice, 'finish' | 'rawFinish'>, losses: Losses): string {
  if (rawFinish !== undefined && lookUp(FINISH_OF, rawFinish) === (finish === 'tool-calls' ? 'stop' : finish))
    return rawFinish
  if (finish === 'length') return 'length'
  if (finish !== 'stop' && finish !== 'tool-calls' && finish !== 'stop-sequence')
    losses.changed('done_reason', `The provider ended with "${rawFinish ?? finish}"; it is shown as stop.`)
  return 'stop'
}
