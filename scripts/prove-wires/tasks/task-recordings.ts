/** Reads recorded exchanges that are not chat (embeddings, rerank, moderations, token counts) from a corpus folder. */

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { asNumber, asObject, asString, type JsonObject, parseJson } from '../../../src/ground/json.ts'
import type { TaskWireName } from '../../../src/wires/task-wire.ts'
import { readRecordings } from '../corpus.ts'

export interface TaskRecording {
  readonly id: string
  readonly provider: string
  readonly wire: TaskWireName
  readonly kind: string
  readonly status: number
  readonly contentType: string
  readonly response: Buffer
  /** Absent when only the reply was recorded. */
  readonly request?: JsonObject
  /** Where a reader finds the recording, relative to the corpus folder. */
  readonly pointer: string
}

/** The format by the end of the recorded address. Voyage's rerank is a format of its own, which the gateway does not speak. */
export const TASK_WIRE_AT: readonly (readonly [address: RegExp, wire: TaskWireName])[] = [
  [/\/embeddings(?:\?|$)/, 'openai-embeddings'],
  [/\/v2\/embed$/, 'cohere-embed'],
  [/:embedContent$/, 'gemini-embed'],
  [/:batchEmbedContents(?:\?|$)/, 'gemini-batch-embed'],
  [/\/api\/embed$/, 'ollama-embed'],
  [/(?<!voyageai\.com\/v1)\/rerank$/, 'cohere-rerank'],
  [/\/moderations$/, 'openai-moderations'],
  [/\/messages\/count_tokens$/, 'anthropic-count-tokens'],
  [/\/responses\/input_tokens$/, 'openai-count-tokens'],
  [/:countTokens$/, 'gemini-count-tokens'],
  [/\/count-tokens$/, 'bedrock-count-tokens'],
]

/** Every such exchange below `folder`, ordered by where it lies. */
export function loadTaskRecordings(folder: string): TaskRecording[] {
  const recordings = readRecordings(folder, (parent, meta) => read(folder, parent, meta))
  return recordings.sort((a, b) => a.pointer.localeCompare(b.pointer))
}

function read(folder: string, parent: string, meta: JsonObject): TaskRecording | undefined {
  const responseName = asString(asObject(meta.files)?.response)
  if (!responseName) return undefined
  const response = readFileSync(path.join(parent, responseName))
  const wire = wireOf(asString(meta.url) ?? '', asObject(parseJson(response.toString())))
  if (!wire) return undefined
  const requestName = asString(asObject(meta.files)?.request)
  const request = requestName ? asObject(parseJson(readFileSync(path.join(parent, requestName), 'utf8'))) : undefined
  return {
    id: asString(meta.id) ?? '',
    provider: asString(meta.provider) ?? 'unknown',
    wire,
    kind: asString(meta.kind) ?? 'unknown',
    status: asNumber(meta.status) ?? 200,
    contentType: asString(asObject(meta.response_headers)?.['content-type']) ?? 'application/json',
    response,
    ...(request && { request }),
    pointer: path.relative(folder, path.join(parent, responseName)),
  }
}

/** Where the address is only a stand-in, the reply tells; Vertex's older `predict` is a format the gateway does not speak. */
function wireOf(address: string, reply: JsonObject | undefined): TaskWireName | undefined {
  const wire = TASK_WIRE_AT.find(([at]) => at.test(address))?.[1]
  if (!address.includes('fixture.invalid') || wire !== 'openai-embeddings') return wire
  if (reply?.embedding) return 'gemini-embed'
  if (asObject(reply?.embeddings)) return 'cohere-embed'
  return Array.isArray(reply?.data) ? wire : undefined
}
