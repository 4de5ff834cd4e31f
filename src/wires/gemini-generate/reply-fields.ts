/** Which fields of a reply and of a candidate the hub has words for; the others travel as extras. */

import type { ChatReply } from '../../ground/chat-reply.ts'
import { asString, type JsonObject } from '../../ground/json.ts'
import { CANDIDATE, unknownFields } from './extras.ts'
import { WIRE } from './wire-name.ts'

const KNOWN_OF_REPLY = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId', 'createTime', 'error'])
const KNOWN_OF_CANDIDATE = new Set(['content', 'finishReason', 'index', 'logprobsResult'])

/** Extras of a whole reply or of one chunk; those of the first candidate only. */
export function extrasOf(body: JsonObject, candidate: JsonObject | undefined): ChatReply['extras'] {
  const fields = {
    ...unknownFields(body, KNOWN_OF_REPLY),
    ...(candidate && unknownFields(candidate, KNOWN_OF_CANDIDATE, CANDIDATE)),
  }
  return Object.keys(fields).length > 0 ? { wire: WIRE, fields } : undefined
}

const MS_PER_SECOND = 1000

/** Seconds since 1970 from `createTime` (`2026-01-02T03:04:05.678Z`), which only Vertex AI says. */
export function createdAt(body: JsonObject): number | undefined {
  const ms = Date.parse(asString(body.createTime) ?? '')
  return Number.isFinite(ms) ? Math.floor(ms / MS_PER_SECOND) : undefined
}

/** The same as a field of a reply; empty when nobody said. */
export function createTime(seconds: number | undefined): JsonObject {
  if (seconds === undefined) return {}
  const at = new Date(seconds * MS_PER_SECOND)
  return Number.isFinite(at.getTime()) ? { createTime: at.toISOString() } : {}
}
