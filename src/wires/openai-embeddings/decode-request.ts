/** A client's Embeddings request -> the hub's call. */

import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { EmbedCall, EmbedPurpose } from '../../ground/tasks.ts'
import { lookUp } from '../look-up.ts'
import { Problems } from '../problems.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['model', 'input', 'dimensions', 'output_dimension', 'truncation', 'user'])

/** Words of `input_type` that vendors use beside OpenAI's fields (Voyage, NVIDIA). */
const PURPOSES: Readonly<Record<string, EmbedPurpose>> = { query: 'query', document: 'document', passage: 'document' }

/**
 * `output_dimension`, `input_type` and `truncation` are vendors' own words for what the hub carries. Other fields, and a
 * format of vectors that only one vendor has, go into `extras`. A field that is null is a field not sent.
 */
export function decodeRequest(body: JsonObject): Result<EmbedCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const { inputs, single } = decodeInput(body.input, problems)
  const purpose = lookUp(PURPOSES, asString(body.input_type))
  const encoding = problems.string(body, 'encoding_format')
  const call: EmbedCall = compact({
    model: model ?? '',
    inputs,
    single,
    dimensions: wholeNumber(body, 'dimensions', problems) ?? wholeNumber(body, 'output_dimension', problems),
    purpose,
    encoding: encoding === 'base64' ? ('base64' as const) : ('float' as const),
    truncate: problems.boolean(body, 'truncation'),
    user: problems.string(body, 'user'),
    extras: { wire: WIRE, fields: unknownFields(body, purpose !== undefined) },
  })
  return problems.first ? err(problems.first) : ok(call)
}

const RULE = 'must be a text, a list of texts, a list of token ids, or a list of such lists'

function decodeInput(input: Json | undefined, problems: Problems): Pick<EmbedCall, 'inputs' | 'single'> {
  if (typeof input === 'string') return { inputs: [input], single: true }
  if (!Array.isArray(input)) {
    problems.report('input', input === undefined || input === null ? `is required: it ${RULE}` : RULE)
    return { inputs: [], single: false }
  }
  if (input.length === 0) problems.report('input', 'must not be an empty list')
  const ids = tokenIds(input)
  if (ids && ids.length > 0) return { inputs: [ids], single: true }
  const inputs: (string | number[])[] = []
  input.forEach((entry, index) => {
    const tokens = Array.isArray(entry) ? tokenIds(entry) : undefined
    if (typeof entry === 'string') inputs.push(entry)
    else if (tokens && tokens.length > 0) inputs.push(tokens)
    else problems.report(`input[${index}]`, 'must be a text, or a list of token ids that is not empty')
  })
  return { inputs, single: false }
}

function tokenIds(list: readonly Json[]): number[] | undefined {
  const ids = list.filter((id) => typeof id === 'number').filter((id) => Number.isSafeInteger(id) && id >= 0)
  return ids.length === list.length ? ids : undefined
}

function wholeNumber(body: JsonObject, field: string, problems: Problems): number | undefined {
  const value = problems.number(body, field)
  if (value === undefined || (Number.isSafeInteger(value) && value > 0)) return value
  problems.report(field, 'must be a whole number above 0')
  return undefined
}

function unknownFields(body: JsonObject, purposeIsKnown: boolean): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(body)) {
    if (KNOWN.has(name) || value === undefined || value === null) continue
    if (name === 'input_type' && purposeIsKnown) continue
    if (name === 'encoding_format' && (value === 'float' || value === 'base64')) continue
    fields[name] = isObject(value) ? { ...value } : value
  }
  return fields
}
