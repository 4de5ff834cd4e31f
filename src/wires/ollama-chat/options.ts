/** `options` of a request <-> the hub's settings. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { unknownFields } from './extras.ts'

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
>

const KNOWN = new Set([
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'stop',
  'num_predict',
])

export interface DecodedOptions {
  readonly settings: Settings
  /** What the hub could not say, by path: `options.num_ctx`. */
  readonly extras: Record<string, Json>
}

/** `num_predict` below zero means no limit, which the hub says by saying nothing; this wire gets it back. */
export function decodeOptions(body: JsonObject, problems: Problems): DecodedOptions {
  const options = problems.object(body, 'options')
  if (!options) return { settings: {}, extras: {} }
  const number = (field: string) => problems.number(options, field, `options.${field}`)
  const limit = number('num_predict')
  const extras = unknownFields(options, KNOWN, 'options.')
  if (limit !== undefined && limit < 0) extras['options.num_predict'] = limit
  const settings: Settings = compact({
    maxOutputTokens: limit !== undefined && limit >= 0 ? limit : undefined,
    temperature: number('temperature'),
    topP: number('top_p'),
    topK: number('top_k'),
    minP: number('min_p'),
    frequencyPenalty: number('frequency_penalty'),
    presencePenalty: number('presence_penalty'),
    seed: number('seed'),
    stop: decodeStop(options.stop, problems),
  })
  return { settings, extras }
}

function decodeStop(value: Json | undefined, problems: Problems): string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return [value]
  const words = asArray(value).filter((word) => typeof word === 'string')
  if (Array.isArray(value) && words.length === value.length) return words.length > 0 ? words : undefined
  problems.report('options.stop', 'must be a text or a list of texts')
  return undefined
}

/** As a field to spread: nothing where nothing was set. */
export function encodeOptions(call: ChatCall): JsonObject {
  const options: JsonObject = compact({
    num_predict: call.maxOutputTokens,
    temperature: call.temperature,
    top_p: call.topP,
    top_k: call.topK,
    min_p: call.minP,
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    seed: call.seed,
    stop: call.stop,
  })
  return Object.keys(options).length > 0 ? { options } : {}
}
