/** A client's embed request -> the hub's call. */

import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { EmbedCall } from '../../ground/tasks.ts'
import { Problems } from '../problems.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['model', 'input', 'prompt', 'dimensions', 'truncate'])

/** `prompt` is what the older API, `/api/embeddings`, called its one text. A field that is null is a field not sent. */
export function decodeRequest(body: JsonObject): Result<EmbedCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const input = body.input ?? body.prompt
  const inputs = decodeInput(input, problems)
  const call: EmbedCall = compact({
    model: model ?? '',
    inputs,
    single: typeof input === 'string',
    dimensions: wholeNumber(body, 'dimensions', problems),
    encoding: 'float' as const,
    truncate: problems.boolean(body, 'truncate'),
    extras: { wire: WIRE, fields: unknownFields(body) },
  })
  return problems.first ? err(problems.first) : ok(call)
}

function decodeInput(input: Json | undefined, problems: Problems): string[] {
  if (typeof input === 'string') return [input]
  if (!Array.isArray(input) || input.length === 0) {
    problems.report('input', 'is required and must be a text or a list of at least one text')
    return []
  }
  return input.map((entry, index) => {
    if (typeof entry === 'string') return entry
    problems.report(`input[${index}]`, 'must be a text')
    return ''
  })
}

function wholeNumber(body: JsonObject, field: string, problems: Problems): number | undefined {
  const value = problems.number(body, field)
  if (value === undefined || (Number.isSafeInteger(value) && value > 0)) return value
  problems.report(field, 'must be a whole number above 0')
  return undefined
}

function unknownFields(body: JsonObject): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(body)) {
    if (!KNOWN.has(name) && value !== undefined && value !== null) fields[name] = value
  }
  return fields
}
