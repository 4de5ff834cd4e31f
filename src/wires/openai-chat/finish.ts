/** Why an answer ended: the `finish_reason` words of this wire and its vendors <-> the hub's, as tables. */

import type { Choice, FinishReason } from '../../ground/chat-reply.ts'
import { asString, type JsonObject } from '../../ground/json.ts'
import { lookUp } from '../look-up.ts'
import type { Losses } from '../losses.ts'

const FINISH_OF: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  error: 'error',
  // Together's older models.
  eos: 'stop',
  // Mistral and Workers AI: the model's own limit, not the caller's.
  model_length: 'length',
  max_tokens: 'length',
  // Proxies in front of Anthropic that forget to translate.
  end_turn: 'stop',
  tool_use: 'tool-calls',
  stop_sequence: 'stop-sequence',
  refusal: 'refusal',
  // DeepSeek and SGLang: the server gave up.
  insufficient_system_resource: 'error',
  abort: 'error',
}

const WORD_OF: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'stop-sequence': 'stop',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  error: 'stop',
  unknown: 'stop',
}

type Finish = Pick<Choice, 'finish' | 'rawFinish' | 'stopSequence'>

/** What a choice holds, as far as it decides how its end is called. */
export interface Contents {
  readonly toolCalls: boolean
  readonly refusal: boolean
}

/**
 * The finish of a choice, from the object that has its `finish_reason`. OpenAI ends a refusal with `stop`
 * (openai/openai-chat/refusal): the hub says `refusal`. vLLM and SGLang name the stop sequence that matched.
 */
export function decodeFinish(choice: JsonObject, contents: Contents): Finish {
  const word = asString(choice.finish_reason)
  const sequence = asString(choice.stop_reason) ?? asString(choice.matched_stop)
  // A few vendors end a complete stream without saying why; what came tells it.
  if (word === undefined) return { finish: contents.toolCalls ? 'tool-calls' : 'unknown' }
  const finish = lookUp(FINISH_OF, word) ?? 'unknown'
  if (finish === 'stop' && contents.refusal) return { finish: 'refusal', rawFinish: word }
  if (finish === 'stop' && sequence !== undefined)
    return { finish: 'stop-sequence', rawFinish: word, stopSequence: sequence }
  return { finish, rawFinish: word }
}

/**
 * The `finish_reason` to show. A refusal with words of its own ends with `stop`, as OpenAI's SDKs expect; one without
 * them (Anthropic's `refusal`) is a `content_filter`, the only word of the API that says that there is no answer.
 */
export function encodeFinish({ finish, rawFinish }: Finish, contents: Contents, losses: Losses): string {
  if (finish === 'refusal' && contents.refusal) return 'stop'
  // A forced tool call ends with `stop` at OpenAI itself; other wires' words for it never reach here as `stop`.
  if (finish === 'stop' && contents.toolCalls && rawFinish !== 'stop') return 'tool_calls'
  if (finish === 'pause')
    losses.changed('finish_reason', 'The provider paused its turn and wants it continued; it is shown as stop.')
  if (finish === 'unknown' && rawFinish !== undefined)
    losses.changed('finish_reason', `The provider ended with "${rawFinish}"; it is shown as stop.`)
  if (finish === 'unknown' && contents.toolCalls) return 'tool_calls'
  return WORD_OF[finish]
}
