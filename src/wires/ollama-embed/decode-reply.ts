/** A server's embed reply -> the hub's reply. */

import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { EmbedReply } from '../../ground/tasks.ts'
import type { Usage } from '../../ground/usage.ts'
import { errorOfBody, isErrorBody } from '../ollama-chat/decode-error.ts'
import { statedCount } from '../task-tap.ts'

/** Whether a body that came with status 200 holds no vectors. */
export function isError(body: Json): boolean {
  return isErrorBody(body) || vectorsOf(body) === undefined
}

/** A list of vectors, or the one `embedding` of the older API. */
export function decodeReply(body: Json): Result<EmbedReply, GatewayError> {
  const list = vectorsOf(body)
  if (!list || isErrorBody(body)) return err(errorOfBody(body, undefined))
  const vectors: number[][] = []
  for (const entry of list) {
    const numbers = asArray(entry)
    const vector = numbers.filter((number) => typeof number === 'number')
    if (vector.length === 0 || vector.length < numbers.length) return err(unreadable(vectors.length))
    vectors.push(vector)
  }
  const fields = asObject(body) ?? {}
  return ok(compact({ model: asString(fields.model) ?? '', vectors, usage: decodeUsage(fields) }))
}

/** Undefined when the server did not count, as the older API never did. */
export function decodeUsage(body: JsonObject): Usage | undefined {
  const input = statedCount(body.prompt_eval_count)
  return input === undefined ? undefined : { input }
}

function vectorsOf(body: Json): Json[] | undefined {
  if (!isObject(body)) return undefined
  if (Array.isArray(body.embeddings)) return body.embeddings
  return Array.isArray(body.embedding) ? [body.embedding] : undefined
}

function unreadable(index: number): GatewayError {
  return gatewayError('upstream-error', `embeddings[${index}] of the provider's reply is no list of numbers.`, {
    origin: 'upstream',
  })
}
