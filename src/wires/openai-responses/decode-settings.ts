/** Limits, sampling, thinking, output format and the like of a request -> the hub's. */

import type { ChatCall, ReasoningEffort, ResponseFormat } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asBoolean, asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { unknownFields } from './extras.ts'

type Settings = Pick<
  ChatCall,
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'logprobs'
  | 'user'
  | 'metadata'
  | 'serviceTier'
  | 'parallelToolCalls'
  | 'format'
  | 'reasoning'
>

/** What a request sets, as far as the hub has words for it. */
export interface DecodedSettings {
  readonly settings: Settings
  /** What the hub could not say. */
  readonly extras: Record<string, Json>
}

/** The entry of `include` that asks for log-probabilities. */
export const LOGPROBS = 'message.output_text.logprobs'

/** Reads every setting of a request; what is wrong goes into `problems`. */
export function decodeSettings(body: JsonObject, problems: Problems): DecodedSettings {
  const { format, extras: formatExtras } = decodeFormat(body, problems)
  const { effort, extras: reasoningExtras } = decodeReasoning(body, problems)
  const include = asArray(body.include)
  const otherIncludes = include.filter((entry) => entry !== LOGPROBS)
  const metadata = problems.object(body, 'metadata')
  const strings = stringsOnly(metadata)
  const settings = compact<Settings>({
    maxOutputTokens: problems.number(body, 'max_output_tokens'),
    temperature: problems.number(body, 'temperature'),
    topP: problems.number(body, 'top_p'),
    logprobs: decodeLogprobsWish(body, include.includes(LOGPROBS), problems),
    user: problems.string(body, 'user'),
    metadata: strings,
    serviceTier: problems.string(body, 'service_tier'),
    parallelToolCalls: problems.boolean(body, 'parallel_tool_calls'),
    format,
    reasoning: effort && { effort },
  })
  return {
    settings,
    extras: {
      ...formatExtras,
      ...reasoningExtras,
      ...(otherIncludes.length > 0 && { include: otherIncludes }),
      ...(metadata && !strings && { metadata }),
    },
  }
}

function decodeLogprobsWish(body: JsonObject, included: boolean, problems: Problems): { top: number } | undefined {
  const top = problems.number(body, 'top_logprobs')
  return included || (top ?? 0) > 0 ? { top: top ?? 0 } : undefined
}

/** Metadata is text to text; anything else stays an extra of this wire. */
function stringsOnly(value: JsonObject | undefined): Record<string, string> | undefined {
  if (!value) return undefined
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined
}

function decodeFormat(body: JsonObject, problems: Problems): { format?: ResponseFormat; extras: Record<string, Json> } {
  const text = problems.object(body, 'text') ?? {}
  const extras = unknownFields(text, new Set(['format']), 'text.')
  const value = asObject(text.format)
  switch (value?.type) {
    case undefined:
      return { extras }
    case 'text':
      return { format: { type: 'text' }, extras }
    case 'json_object':
      return { format: { type: 'json' }, extras }
    case 'json_schema':
      return {
        format: compact<Extract<ResponseFormat, { type: 'json-schema' }>>({
          type: 'json-schema',
          name: asString(value.name),
          description: asString(value.description),
          schema: problems.object(value, 'schema', 'text.format.schema') ?? {},
          strict: asBoolean(value.strict),
        }),
        extras,
      }
    default:
      // Grammars and formats newer than we know.
      return { extras: { ...extras, ...(value && { 'text.format': value }) } }
  }
}

const EFFORTS: Readonly<Record<string, ReasoningEffort>> = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
}

function decodeReasoning(
  body: JsonObject,
  problems: Problems,
): { effort?: ReasoningEffort | undefined; extras: Record<string, Json> } {
  const reasoning = problems.object(body, 'reasoning') ?? {}
  const word = asString(reasoning.effort)
  const effort = word !== undefined && Object.hasOwn(EFFORTS, word) ? EFFORTS[word] : undefined
  const extras = unknownFields(reasoning, new Set(effort ? ['effort'] : []), 'reasoning.')
  return { effort, extras }
}
