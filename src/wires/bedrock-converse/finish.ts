/** Why an answer ended: this wire's `stopReason` words <-> the hub's, as two tables. */

import type { Choice, FinishReason } from '../../ground/chat-reply.ts'
import { asObject, asString, type Json } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'

const FINISH_OF: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  tool_use: 'tool-calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  stop_sequence: 'stop-sequence',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  refusal: 'refusal',
  pause_turn: 'pause',
  malformed_model_output: 'error',
  malformed_tool_use: 'error',
}

const STOP_REASON_OF: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'stop-sequence': 'stop_sequence',
  'content-filter': 'content_filtered',
  refusal: 'content_filtered',
  pause: 'end_turn',
  error: 'end_turn',
  unknown: 'end_turn',
}

/**
 * The finish fields of a choice. A word we do not know gives `unknown` and is kept. Which sequence stopped the answer is
 * said only where the request asked for that field of the model's own reply; streams wrap it in `delta`.
 */
export function decodeFinish(
  stopReason: string | undefined,
  modelFields?: Json,
): Pick<Choice, 'finish' | 'rawFinish' | 'stopSequence'> {
  const fields = asObject(modelFields)
  const stopSequence = asString(fields?.stop_sequence) ?? asString(asObject(fields?.delta)?.stop_sequence)
  const known = stopReason !== undefined && Object.hasOwn(FINISH_OF, stopReason) ? FINISH_OF[stopReason] : undefined
  return {
    finish: known ?? 'unknown',
    ...(stopReason !== undefined && { rawFinish: stopReason }),
    ...(stopSequence !== undefined && { stopSequence }),
  }
}

/** What the choice holds, as far as it decides the stop reason. */
export interface Contents {
  readonly toolCalls: boolean
  readonly refusal: boolean
}

/** The `stopReason` for a finish. The provider's own word is kept if it is one of ours; what has no word is told. */
export function encodeFinish(
  { finish, rawFinish }: Pick<Choice, 'finish' | 'rawFinish'>,
  contents: Contents,
  losses: Losses,
): string {
  if (rawFinish !== undefined && Object.hasOwn(FINISH_OF, rawFinish) && FINISH_OF[rawFinish] === finish)
    return rawFinish
  if (finish === 'stop' && contents.toolCalls) return 'tool_use'
  const word = finish === 'stop' && contents.refusal ? 'content_filtered' : STOP_REASON_OF[finish]
  if (finish === 'refusal' || (finish === 'stop' && contents.refusal))
    losses.changed('finish_reason', 'The model declined; the Converse API shows it as content_filtered.')
  if (finish === 'pause' || finish === 'error' || finish === 'unknown')
    losses.changed('finish_reason', `The provider ended with "${rawFinish ?? finish}"; it is shown as end_turn.`)
  return word
}
