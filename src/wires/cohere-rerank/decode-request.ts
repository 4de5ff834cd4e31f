/** A client's rerank request -> the hub's call. */

import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { RerankCall } from '../../ground/tasks.ts'
import { Problems } from '../problems.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['model', 'query', 'documents', 'top_n', 'return_documents'])

/**
 * `top_k` is Voyage's word for `top_n`, and kept for a provider that knows it. Documents that are objects are ranked by their `text`; what else they hold is
 * kept, whole, for a provider of this wire. A field that is null is a field not sent.
 */
export function decodeRequest(body: JsonObject): Result<RerankCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const query = problems.string(body, 'query')
  if (query === undefined) problems.report('query', 'is required: what to rank the documents by')
  const documents = decodeDocuments(body.documents, problems)
  const asObjects = Array.isArray(body.documents) && body.documents.some(saysMore)
  const call: RerankCall = compact({
    model: model ?? '',
    query: query ?? '',
    documents,
    topN: wholeNumber(body, 'top_n', problems) ?? wholeNumber(body, 'top_k', problems),
    returnDocuments: problems.boolean(body, 'return_documents') ?? false,
    extras: {
      wire: WIRE,
      fields: {
        ...unknownFields(body),
        ...(asObjects && Array.isArray(body.documents) && { documents: body.documents }),
      },
    },
  })
  return problems.first ? err(problems.first) : ok(call)
}

const RULE = 'must be a list of texts, or of objects with a "text"'

function decodeDocuments(value: Json | undefined, problems: Problems): string[] {
  if (!Array.isArray(value)) {
    problems.report('documents', value === undefined || value === null ? `is required and ${RULE}` : RULE)
    return []
  }
  if (value.length === 0) problems.report('documents', 'must hold at least one document')
  return value.map((entry, index) => {
    if (typeof entry === 'string') return entry
    // Ranked by fields of their own (`rank_fields`), which no text stands for: the whole object does.
    if (isObject(entry)) return asString(entry.text) ?? JSON.stringify(entry)
    problems.report(`documents[${index}]`, 'must be a text, or an object with a "text"')
    return ''
  })
}

function saysMore(document: Json): boolean {
  return isObject(document) && (typeof document.text !== 'string' || Object.keys(document).length > 1)
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
