/** A provider's Embed reply -> the hub's reply. */

import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asObject, isObject, type Json } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { EmbedReply } from '../../ground/tasks.ts'
import { errorOfBody, isErrorBody } from '../cohere-chat/decode-error.ts'
import { decodeVector } from '../openai-embeddings/base64-vectors.ts'
import { decodeUsage } from './usage.ts'

/** Kinds of numbers, the most exact first. */
const TYPES = ['float', 'base64', 'int8', 'uint8', 'binary', 'ubinary']

/** Whether a body that came with status 200 is no Embed reply. */
export function isError(body: Json): boolean {
  return isErrorBody(body) || listOf(asObject(body)?.embeddings) === undefined
}

/** Vectors are grouped by the kind of their numbers (`embeddings.float`); version 1 gave a bare list. */
export function decodeReply(body: Json): Result<EmbedReply, GatewayError> {
  const fields = asObject(body) ?? {}
  const list = listOf(fields.embeddings)
  if (isErrorBody(body) || !list) return err(errorOfBody(body))
  const vectors: number[][] = []
  for (const entry of list) {
    const vector = vectorOf(entry)
    if (!vector) return err(unreadable(vectors.length))
    vectors.push(vector)
  }
  return ok(compact({ model: '', vectors, usage: decodeUsage(fields) }))
}

function listOf(embeddings: Json | undefined): Json[] | undefined {
  if (Array.isArray(embeddings)) return embeddings
  if (!isObject(embeddings)) return undefined
  for (const type of TYPES) {
    const list = embeddings[type]
    if (Array.isArray(list) && list.length > 0) return list
  }
  return undefined
}

function vectorOf(entry: Json): number[] | undefined {
  if (typeof entry === 'string') return decodeVector(entry, 'float32')
  const list = asArray(entry)
  const vector = list.filter((number) => typeof number === 'number')
  return vector.length === 0 || vector.length < list.length ? undefined : vector
}

function unreadable(index: number): GatewayError {
  return gatewayError('upstream-error', `Vector ${index} of the provider's reply is no list of numbers.`, {
    origin: 'upstream',
  })
}
