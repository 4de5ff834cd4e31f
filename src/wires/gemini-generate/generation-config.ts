/** `generationConfig` <-> the hub's settings, response format and thinking. */

import type { ChatCall, ReasoningEffort, ReasoningRequest, ResponseFormat } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import type { Problems } from '../problems.ts'
import { camelCased } from './aliases.ts'
import { plainSchema } from './schema.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set([
  'temperature',
  'topP',
  'topK',
  'maxOutputTokens',
  'stopSequences',
  'candidateCount',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'responseLogprobs',
  'logprobs',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'thinkingConfig',
])

const PATH = 'generationConfig'
const DYNAMIC_BUDGET = -1

export type Settings = Partial<ChatCall>

/** Settings the hub has words for, and the rest as extras under `generationConfig.`. */
export function decodeConfig(
  value: Json | undefined,
  problems: Problems,
): { settings: Settings; extras: Record<string, Json> } {
  const given = asObject(value)
  if (!given) return { settings: {}, extras: {} }
  const config = camelCased(given)
  const number = (field: string): number | undefined => problems.number(config, field, `${PATH}.${field}`)
  const stop = asArray(config.stopSequences).flatMap((word) => asString(word) ?? [])
  const thinking = decodeThinking(asObject(config.thinkingConfig))
  const settings: Settings = compact({
    temperature: number('temperature'),
    topP: number('topP'),
    topK: number('topK'),
    maxOutputTokens: number('maxOutputTokens'),
    seed: number('seed'),
    presencePenalty: number('presencePenalty'),
    frequencyPenalty: number('frequencyPenalty'),
    choices: number('candidateCount'),
    stop: stop.length > 0 ? stop : undefined,
    logprobs: config.responseLogprobs === true ? { top: asNumber(config.logprobs) ?? 0 } : undefined,
    format: decodeFormat(config),
    reasoning: thinking.reasoning,
  } as Loose<Settings>) as Settings // `compact` took the undefined fields out
  const extras: Record<string, Json> = { ...thinking.extras }
  const mime = asString(config.responseMimeType)
  if (mime !== undefined && mime !== 'application/json' && mime !== 'text/plain')
    extras[`${PATH}.responseMimeType`] = mime
  for (const [name, inner] of Object.entries(config))
    if (!KNOWN.has(name) && inner !== undefined && inner !== null) extras[`${PATH}.${name}`] = inner
  return { settings, extras }
}

type Loose<T> = { [Key in keyof T]: T[Key] | undefined }

function decodeFormat(config: JsonObject): ResponseFormat | undefined {
  const schema = asObject(config.responseJsonSchema) ?? asObject(config.responseSchema)
  if (schema) return { type: 'json-schema', schema: plainSchema(schema) }
  if (config.responseMimeType === 'application/json') return { type: 'json' }
  return config.responseMimeType === 'text/plain' ? { type: 'text' } : undefined
}

function decodeThinking(config: JsonObject | undefined): {
  reasoning?: ReasoningRequest
  extras: Record<string, Json>
} {
  if (!config) return { extras: {} }
  const { thinkingBudget, thinkingLevel, ...others } = camelCased(config)
  const kept = (fields: JsonObject): Record<string, Json> =>
    Object.keys(fields).length > 0 ? { [`${PATH}.thinkingConfig`]: fields } : {}
  const level = asString(thinkingLevel)?.toLowerCase()
  if (level === 'minimal' || level === 'low' || level === 'medium' || level === 'high')
    return { reasoning: { effort: level }, extras: kept(others) }
  // A level that is new here goes on as it is; what else it means nobody knows.
  if (level !== undefined) return { extras: kept({ ...others, thinkingLevel: thinkingLevel ?? null }) }
  const budget = asNumber(thinkingBudget)
  if (budget === 0) return { reasoning: { effort: 'none' }, extras: kept(others) }
  if (budget !== undefined && budget > 0) return { reasoning: { budgetTokens: budget }, extras: kept(others) }
  // To show thoughts is to have them, by the model's own measure; a measure that was asked for goes back beside it.
  if (others.includeThoughts === true)
    return {
      reasoning: { adaptive: true },
      extras: kept({ ...others, ...(budget !== undefined && { thinkingBudget: budget }) }),
    }
  return { ...(budget === DYNAMIC_BUDGET && { reasoning: { adaptive: true } }), extras: kept(others) }
}

/** Empty when nothing was set. */
export function encodeConfig(call: ChatCall, losses: Losses): JsonObject {
  const native = call.extras?.wire === WIRE
  const kept: Record<string, Json> = {}
  for (const [path, value] of Object.entries(native ? (call.extras?.fields ?? {}) : {}))
    if (path.startsWith(`${PATH}.`) && path !== `${PATH}.thinkingConfig`) kept[path.slice(PATH.length + 1)] = value
  const thinkingConfig = encodeThinking(call, native, losses)
  const config = compact({
    temperature: call.temperature,
    topP: call.topP,
    topK: call.topK,
    maxOutputTokens: call.maxOutputTokens,
    stopSequences: call.stop,
    candidateCount: call.choices,
    seed: call.seed,
    presencePenalty: call.presencePenalty,
    frequencyPenalty: call.frequencyPenalty,
    responseLogprobs: call.logprobs ? true : undefined,
    logprobs: call.logprobs && call.logprobs.top > 0 ? call.logprobs.top : undefined,
    ...encodeFormat(call.format, native, losses),
    thinkingConfig,
    ...kept,
  })
  return Object.keys(config).length > 0 ? { generationConfig: config } : {}
}

/** The name and the strictness of a schema are labels here: answers follow it in any case. */
function encodeFormat(format: ResponseFormat | undefined, native: boolean, losses: Losses): JsonObject {
  if (!format) return {}
  // Text is what all answer unless told otherwise.
  if (format.type === 'text') return native ? { responseMimeType: 'text/plain' } : {}
  if (format.type === 'json') return { responseMimeType: 'application/json' }
  if (format.description !== undefined)
    losses.dropped('response_format.description', 'This API has no description beside a JSON schema.')
  return { responseMimeType: 'application/json', responseJsonSchema: format.schema }
}

/** Budgets of the models that know no level, as large as Anthropic's for the same word. */
const LEVEL: Readonly<Record<Exclude<ReasoningEffort, 'none'>, string>> = {
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
}
const BUDGET: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: 512,
  low: 2048,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
}

/** Models before the third generation know only budgets, later ones levels. */
function encodeThinking(
  { reasoning, model, extras }: ChatCall,
  native: boolean,
  losses: Losses,
): JsonObject | undefined {
  const kept = native ? asObject(extras?.fields[`${PATH}.thinkingConfig`]) : undefined
  if (!reasoning) return kept
  const { effort, budgetTokens } = reasoning
  // An app of another format that asks for thinking means to see it, as its own provider would show it.
  const shown = native ? kept : { includeThoughts: true }
  if (effort === 'none') return { ...kept, thinkingBudget: 0 }
  if (effort !== undefined) {
    if (effort === 'xhigh' || effort === 'max')
      losses.changed('reasoning_effort', `Effort "${effort}" was sent as "high".`)
    if (knowsLevels(model)) return { ...shown, thinkingLevel: LEVEL[effort] }
    return { ...shown, thinkingBudget: BUDGET[effort] }
  }
  if (budgetTokens !== undefined) return { ...shown, thinkingBudget: budgetTokens }
  return native && kept?.includeThoughts === true ? kept : { ...shown, thinkingBudget: DYNAMIC_BUDGET }
}

function knowsLevels(model: string): boolean {
  return !/gemini-(?:1|2)(?:\.|-)/.test(model)
}
