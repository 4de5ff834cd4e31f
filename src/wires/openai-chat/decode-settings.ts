/** Limits, sampling, output format and the like of a request -> the hub's. */

import type { ChatCall, ResponseFormat } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asBoolean, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'

type Settings = Pick<
  ChatCall,
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'minP'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'seed'
  | 'stop'
  | 'choices'
  | 'logprobs'
  | 'logitBias'
  | 'user'
  | 'metadata'
  | 'serviceTier'
  | 'parallelToolCalls'
>

export function decodeSettings(body: JsonObject, problems: Problems): Settings {
  return compact<Settings>({
    maxOutputTokens: larger(problems.number(body, 'max_completion_tokens'), problems.number(body, 'max_tokens')),
    temperature: problems.number(body, 'temperature'),
    topP: problems.number(body, 'top_p'),
    topK: problems.number(body, 'top_k'),
    minP: problems.number(body, 'min_p'),
    frequencyPenalty: problems.number(body, 'frequency_penalty'),
    presencePenalty: problems.number(body, 'presence_penalty'),
    seed: problems.number(body, 'seed'),
    stop: decodeStop(body.stop, problems),
    choices: problems.number(body, 'n'),
    logprobs: decodeLogprobsWish(body, problems),
    logitBias: decodeLogitBias(body, problems),
    user: problems.string(body, 'user'),
    metadata: stringsOnly(problems.object(body, 'metadata')),
    serviceTier: problems.string(body, 'service_tier'),
    parallelToolCalls: problems.boolean(body, 'parallel_tool_calls'),
  })
}

function decodeStop(value: Json | undefined, problems: Problems): string[] | undefined {
  if (value === undefined || value === null) return undefined
  const words = typeof value === 'string' ? [value] : value
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words
  problems.report('stop', 'must be a string or a list of strings')
  return undefined
}

function decodeLogprobsWish(body: JsonObject, problems: Problems): { top: number } | undefined {
  // Some compatible servers take the number of alternatives in `logprobs` itself, as the older API did.
  if (typeof body.logprobs === 'number') return { top: body.logprobs }
  const wanted = problems.boolean(body, 'logprobs')
  const top = problems.number(body, 'top_logprobs')
  return wanted ? { top: top ?? 0 } : undefined
}

function decodeLogitBias(body: JsonObject, problems: Problems): Record<string, number> | undefined {
  const value = problems.object(body, 'logit_bias')
  if (!value) return undefined
  const entries = Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  if (entries.length < Object.keys(value).length) problems.report('logit_bias', 'must map token ids to numbers')
  return Object.fromEntries(entries)
}

/** Metadata is text to text; anything else stays an extra of this wire. */
function stringsOnly(value: JsonObject | undefined): Record<string, string> | undefined {
  if (!value) return undefined
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined
}

export interface DecodedFormat {
  readonly format?: ResponseFormat
  readonly extras: Record<string, Json>
}

/** `response_format`. Formats the hub does not know (grammars, regular expressions) stay extras of this wire. */
export function decodeFormat(body: JsonObject): DecodedFormat {
  const value = body.response_format
  if (!isObject(value)) return { extras: {} }
  const described = asObject(value.json_schema)
  // Together and llama.cpp take the schema beside `json_object`.
  const schema = asObject(described?.schema) ?? asObject(value.schema)
  if (value.type === 'text') return { format: { type: 'text' }, extras: {} }
  if (value.type === 'json_object' && !schema) return { format: { type: 'json' }, extras: {} }
  if (value.type !== 'json_schema' && value.type !== 'json_object') return { extras: { response_format: value } }
  const format: ResponseFormat = compact({
    type: 'json-schema',
    name: asString(described?.name),
    description: asString(described?.description),
    schema: schema ?? {},
    strict: asBoolean(described?.strict),
  })
  return { format, extras: {} }
}

/** Which of two names a provider heeds is its own affair: the longer answer is what may come. */
function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}
