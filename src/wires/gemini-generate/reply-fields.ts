/** Which fields of a reply and of a candidate the hub has words for; the others travel as extras. */

import type { ChatReply } from '../../ground/chat-reply.ts'
import type { JsonObject } from '../../ground/json.ts'
import { CANDIDATE, unknownFields } from './extras.ts'
import { WIRE } from './wire-name.ts'

const KNOWN_OF_REPLY = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId', 'error'])
const KNOWN_OF_CANDIDATE = new Set(['content', 'finishReason', 'index', 'logprobsResult'])

/** Extras of a whole reply or of one chunk; those of the first candidate only. */
export function extrasOf(body: JsonObject, candidate: JsonObject | undefined): ChatReply['extras'] {
  const fields = {
    ...unknownFields(body, KNOWN_OF_REPLY),
    ...(candidate && unknownFields(candidate, KNOWN_OF_CANDIDATE, CANDIDATE)),
  }
  return Object.keys(fields).length > 0 ? { wire: WIRE, fields } : undefined
}
