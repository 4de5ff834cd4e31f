/** Replies with one vector or many <-> the hub's. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { EmbedReply } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { errorOfBody, isErrorBody } from '../gemini-generate/decode-error.ts'
import { decodeUsage, encodeUsage } from '../gemini-generate/usage.ts'

/** Both calls' replies, since a provider's are told apart by their one field. */
export function decodeReply(body: Json): Result<EmbedReply, GatewayError> {
  const error = errorIn(body)
  if (error) return err(error)
  const reply = asObject(body) ?? {}
  const usage = decodeUsage(reply.usageMetadata)
  return ok({ model: '', vectors: embeddingsOf(reply).map(numbersOf), ...(usage && { usage }) })
}

/** The error that a body is, or that a body without vectors must be. */
export function errorIn(body: Json): GatewayError | undefined {
  if (isErrorBody(body)) return errorOfBody(body, undefined)
  const embeddings = embeddingsOf(asObject(body) ?? {})
  if (embeddings.length > 0 && embeddings.every((entry) => isVector(asObject(entry)?.values))) return undefined
  return gatewayError('upstream-error', 'The provider answered without vectors.', { origin: 'upstream' })
}

export function encodeOneReply(reply: EmbedReply): Encoded<JsonObject> {
  return { value: { embedding: { values: [...(reply.vectors[0] ?? [])] }, ...encodeUsage(reply.usage) }, warnings: [] }
}

export function encodeManyReply(reply: EmbedReply): Encoded<JsonObject> {
  const embeddings = reply.vectors.map((values) => ({ values: [...values] }))
  return { value: { embeddings, ...encodeUsage(reply.usage) }, warnings: [] }
}

function embeddingsOf(reply: JsonObject): Json[] {
  return reply.embedding === undefined ? asArray(reply.embeddings) : [reply.embedding]
}

/** A vector with a hole in it would be another vector. */
function isVector(values: Json | undefined): boolean {
  return Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'number')
}

function numbersOf(entry: Json): number[] {
  return asArray(asObject(entry)?.values).filter((value) => typeof value === 'number')
}
