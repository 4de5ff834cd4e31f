/** A client's embedContent or batchEmbedContents request -> the hub's call. */

import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asArray, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { EmbedCall, EmbedPurpose } from '../../ground/tasks.ts'
import { camelCased } from '../gemini-generate/aliases.ts'
import { lookUp } from '../look-up.ts'
import { Problems } from '../problems.ts'
import { PURPOSE_OF } from './purpose.ts'

const KNOWN = new Set(['model', 'content', 'taskType', 'outputDimensionality'])

/** One text. The model stands in the path: it comes back empty. */
export function decodeOne(body: JsonObject): Result<EmbedCall, GatewayError> {
  const problems = new Problems()
  const one = decodeRequest(body, '', problems)
  return problems.first ? err(problems.first) : ok(callOf([one], true, 'gemini-embed'))
}

/**
 * Many texts, each in a request of its own; what they are for must be the same for all, as the hub has one word for it.
 * Other fields of theirs are extras: one that all agree on under its name, else under `requests[1].title`.
 */
export function decodeMany(body: JsonObject): Result<EmbedCall, GatewayError> {
  const problems = new Problems()
  const requests = asArray(body.requests)
  if (requests.length === 0) problems.report('requests', 'is required and must be a list of at least one request')
  const all = requests.map((entry, index) => {
    if (isObject(entry)) return decodeRequest(entry, `requests[${index}].`, problems)
    problems.report(`requests[${index}]`, 'must be an object')
    return NOTHING
  })
  const [first] = all
  if (all.some((one) => one.purpose !== first?.purpose || one.dimensions !== first?.dimensions))
    problems.report('requests', 'must agree on taskType and outputDimensionality for the model behind this route')
  return problems.first ? err(problems.first) : ok(callOf(all, false, 'gemini-batch-embed'))
}

interface One {
  readonly text: string
  readonly purpose: EmbedPurpose | undefined
  readonly dimensions: number | undefined
  readonly extras: Record<string, Json>
}

const NOTHING: One = { text: '', purpose: undefined, dimensions: undefined, extras: {} }

function decodeRequest(body: JsonObject, path: string, problems: Problems): One {
  const request = camelCased(body)
  const type = problems.string(request, 'taskType', `${path}taskType`)
  const purpose = lookUp(PURPOSE_OF, type)
  const extras: Record<string, Json> = {}
  if (type !== undefined && purpose === undefined) extras.taskType = type
  for (const [name, value] of Object.entries(request))
    if (!KNOWN.has(name) && value !== undefined && value !== null) extras[name] = value
  return {
    text: textOf(request.content, `${path}content`, problems),
    purpose,
    dimensions: problems.number(request, 'outputDimensionality', `${path}outputDimensionality`),
    extras,
  }
}

/** Only a provider of this wire can embed pictures: elsewhere a vector would be of something else. */
function textOf(content: Json | undefined, path: string, problems: Problems): string {
  const { parts: given } = isObject(content) ? content : {}
  const parts = isObject(given) ? [given] : asArray(given)
  const texts = parts.map((part) => (isObject(part) ? asString(part.text) : undefined))
  if (typeof content === 'string') return content
  if (texts.length === 0 || texts.includes(undefined)) problems.report(path, 'must have "parts" that are texts')
  return texts.join('')
}

function callOf(all: readonly One[], single: boolean, wire: string): EmbedCall {
  const [{ purpose, dimensions } = NOTHING] = all
  return compact({
    model: '',
    inputs: all.map(({ text }) => text),
    single,
    dimensions,
    purpose,
    encoding: 'float' as const,
    extras: { wire, fields: sharedExtras(all) },
  } as { [Key in keyof EmbedCall]: EmbedCall[Key] | undefined }) as EmbedCall // `compact` took the undefined fields out
}

function sharedExtras(all: readonly One[]): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const [index, { extras }] of all.entries())
    for (const [name, value] of Object.entries(extras)) {
      const isShared = all.every((one) => JSON.stringify(one.extras[name]) === JSON.stringify(value))
      fields[isShared ? name : `requests[${index}].${name}`] = value
    }
  return fields
}
