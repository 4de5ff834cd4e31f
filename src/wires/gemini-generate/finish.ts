/** Finish reasons of candidates <-> the hub's. */

import type { FinishReason } from '../../ground/chat-reply.ts'
import { asString, type Json } from '../../ground/json.ts'
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

/** The reasons on whose numbers both of Google's APIs agree. */
const NUMBERED: readonly (string | undefined)[] = [undefined, 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER']

/** The word for why a candidate ended; asked with `enum-encoding=int`, Google gives its number instead. */
export function finishWord(reason: Json | undefined): string | undefined {
  if (typeof reason !== 'number') return asString(reason)
  return reason === 0 ? undefined : (NUMBERED[reason] ?? `FINISH_REASON_${reason}`)
}

/** Google says STOP where calls are to be answered too. */
export function decodeFinish(word: string, calls: boolean): { finish: FinishReason; rawFinish: string } {
  const finish = lookUp(MEANING, word) ?? 'unknown'
  return { finish: finish === 'stop' && calls ? 'tool-calls' : finish, rawFinish: word }
}

/** The provider's own word where it is one of this wire. */
export function encodeFinish(
  said: { finish: FinishReason; rawFinish?: string; stopSequence?: string },
  losses: Losses,
): string {
  if (said.stopSequence !== undefined)
    losses.dropped('stop_sequence', 'This API says that an answer stopped, but not at which stop sequence.')
  if (said.rawFinish !== undefined && lookUp(MEANING, said.rawFinish)) return said.rawFinish
  // A word that is new here is written like the others.
  if (said.finish === 'unknown' && said.rawFinish !== undefined && /^[A-Z][A-Z0-9_]*$/.test(said.rawFinish))
    return said.rawFinish
  if (said.finish === 'pause')
    losses.changed('finish_reason', 'The provider wants its turn continued; this is shown as STOP.')
  if (said.finish === 'refusal')
    losses.changed('finish_reason', 'The model declined; this is shown as an answer cut for safety.')
  return said.finish === 'unknown' ? 'OTHER' : WORD[said.finish]
}
