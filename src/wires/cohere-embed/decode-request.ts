/** A client's Embed request -> the hub's call. */

import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asArray, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { EmbedCall } from '../../ground/tasks.ts'
import { lookUp } from '../look-up.ts'
import { Problems } from '../problems.ts'
import { PURPOSE_OF } from './purpose.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['model', 'texts', 'inputs', 'input_type', 'embedding_types', 'output_dimension', 'truncate'])

/**
 * Texts come in `texts`, or one by one in `inputs`. Only a provider of this wire can embed pictures: they are refused
 * here, since a vector would be missing. A field that is null is a field not sent.
 */
export function decodeRequest(body: JsonObject): Result<EmbedCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const inputs = decodeInputs(body, problems)
  const type = problems.string(body, 'input_type')
  const purpose = lookUp(PURPOSE_OF, type)
  const cut = problems.string(body, 'truncate')
  const types = asArray(body.embedding_types)
  const fields: Record<string, Json> = unknownFields(body)
  if (type !== undefined && purpose === undefined) fields.input_type = type
  // Cutting at the start is this wire's alone; the hub only knows that a text may be cut.
  if (cut === 'START') fields.truncate = cut
  if (types.length > 1 || types.some((word) => word !== 'float' && word !== 'base64')) fields.embedding_types = types
  const call: EmbedCall = compact({
    model: model ?? '',
    inputs,
    single: false,
    dimensions: wholeNumber(body, 'output_dimension', problems),
    purpose,
    encoding: types.length === 1 && types[0] === 'base64' ? ('base64' as const) : ('float' as const),
    truncate: cut === undefined ? undefined : cut !== 'NONE',
    extras: { wire: WIRE, fields },
  })
  return problems.first ? err(problems.first) : ok(call)
}

function decodeInputs(body: JsonObject, problems: Problems): string[] {
  if (Array.isArray(body.images) && body.images.length > 0)
    problems.report('images', 'cannot be embedded by the model behind this route: it takes texts only')
  const field = Array.isArray(body.inputs) ? 'inputs' : 'texts'
  const list = body[field]
  if (!Array.isArray(list) || list.length === 0) {
    problems.report('texts', 'is required and must be a list of at least one text')
    return []
  }
  return list.map((entry, index) => {
    const text = textOf(entry)
    if (text === undefined) problems.report(`${field}[${index}]`, 'must be a text')
    return text ?? ''
  })
}

function textOf(entry: Json): string | undefined {
  if (!isObject(entry)) return asString(entry)
  const parts = asArray(entry.content).map((part) =>
    isObject(part) && part.type === 'text' ? asString(part.text) : undefined,
  )
  return parts.length === 0 || parts.includes(undefined) ? undefined : parts.join('\n')
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
