/** Finish reasons of candidates <-> the hub's. */

import type { FinishReason } from '../../ground/chat-reply.ts'
import { lookUp } from '../look-up.ts'
import type { Losses } from '../losses.ts'

const MEANING: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'error',
  MALFORMED_RESPONSE: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  MISSING_THOUGHT_SIGNATURE: 'error',
}

const WORD: Readonly<Record<Exclude<FinishReason, 'unknown'>, string>> = {
  stop: 'STOP',
  'tool-calls': 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
  pause: 'STOP',
  error: 'OTHER',
}

/** Google says STOP where calls are to be answered too. */
export function decodeFinish(word: string, calls: boolean): { finish: FinishReason; rawFinish: string } {
  const finish = lookUp(MEANING, word) ?? 'unknown'
  return { finish: finish === 'stop' && calls ? 'tool-calls' : finish, rawFinish: word }
}

/** The provider's own word where it is one of this wire. */
export function encodeFinish(said: { finish: FinishReason; rawFinish?: string }, losses: Losses): string {
  if (said.rawFinish !== undefined && lookUp(MEANING, said.rawFinish)) return said.rawFinish
  if (said.finish === 'pause')
    losses.changed('finish_reason', 'The provider wants its turn continued; this is shown as STOP.')
  if (said.finish === 'refusal')
    losses.changed('finish_reason', 'The model declined; this is shown as an answer cut for safety.')
  return said.finish === 'unknown' ? 'OTHER' : WORD[said.finish]
}
