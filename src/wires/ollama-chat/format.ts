/** `format` of a request <-> the hub's response format. */

import type { ResponseFormat } from '../../ground/chat-call.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import type { Problems } from '../problems.ts'
import type { Quirks } from '../quirks.ts'

/** The word `json`, or a JSON schema; the empty text is no format. */
export function decodeFormat(body: JsonObject, problems: Problems): ResponseFormat | undefined {
  const { format } = body
  if (format === undefined || format === null || format === '') return undefined
  if (format === 'json') return { type: 'json' }
  if (isObject(format)) return { type: 'json-schema', schema: format }
  problems.report('format', 'must be "json" or a JSON schema')
  return undefined
}

/** As a field to spread. The name of a schema is only a label; its description is part of the prompt elsewhere, and told. */
export function encodeFormat(format: ResponseFormat | undefined, quirks: Quirks, losses: Losses): JsonObject {
  if (!format || format.type === 'text') return {}
  if (quirks.structuredOutput === 'none') {
    losses.dropped('response_format', 'This provider has no JSON mode; ask for JSON in the prompt.')
    return {}
  }
  if (format.type === 'json') return { format: 'json' }
  if (quirks.structuredOutput === 'json') {
    losses.changed('response_format', 'This provider takes no JSON schema; it was asked for any JSON.')
    return { format: 'json' }
  }
  if (format.description !== undefined)
    losses.dropped('response_format.description', 'This API has no description beside a JSON schema.')
  return { format: format.schema }
}
