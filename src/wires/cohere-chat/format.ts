/** `response_format` of a request <-> the hub's. */

import type { ResponseFormat } from '../../ground/chat-call.ts'
import { asObject, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import type { Problems } from '../problems.ts'
import type { Quirks } from '../quirks.ts'

/** The schema stands in `json_schema` itself; version 1 called it `schema`. */
export function decodeFormat(body: JsonObject, problems: Problems): ResponseFormat | undefined {
  const format = problems.object(body, 'response_format')
  if (!format) return undefined
  if (format.type === 'text') return { type: 'text' }
  if (format.type !== 'json_object') {
    problems.report('response_format.type', 'must be "text" or "json_object"')
    return undefined
  }
  const schema = asObject(format.json_schema ?? format.schema)
  return schema ? { type: 'json-schema', schema } : { type: 'json' }
}

/** As a field to spread. The name of a schema is only a label, and answers always hold to it. */
export function encodeFormat(
  format: ResponseFormat | undefined,
  native: boolean,
  quirks: Quirks,
  losses: Losses,
): JsonObject {
  if (!format) return {}
  if (format.type === 'text') return native ? { response_format: { type: 'text' } } : {}
  if (quirks.structuredOutput === 'none') {
    losses.dropped('response_format', 'This provider has no JSON mode; ask for JSON in the prompt.')
    return {}
  }
  if (format.type === 'json') return { response_format: { type: 'json_object' } }
  if (quirks.structuredOutput === 'json') {
    losses.changed('response_format', 'This provider takes no JSON schema; it was asked for any JSON object.')
    return { response_format: { type: 'json_object' } }
  }
  if (format.description !== undefined)
    losses.dropped('response_format.description', 'This API has no description beside a JSON schema.')
  return { response_format: { type: 'json_object', json_schema: format.schema } }
}
