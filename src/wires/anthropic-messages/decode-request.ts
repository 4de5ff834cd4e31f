/** A client's Messages request -> the hub's call. */

import type { ChatCall } from '../../ground/chat-call.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asArray, asObject, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { Problems } from '../problems.ts'
import { decodeMessages } from './decode-messages.ts'
import { decodeFormat, decodeReasoning } from './decode-reasoning.ts'
import { decodeToolChoice, decodeTools } from './decode-tools.ts'
import { unknownFields } from './extras.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'service_tier',
])

/**
 * Fields we have no word for go into `extras`, which is always there: it also says that the call came in on this wire,
 * so that going out on it again keeps to what the client wrote. `max_tokens` may be missing.
 */
export function decodeRequest(body: JsonObject): Result<ChatCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const messages = decodeMessages(body, problems)
  const { tools, extras: toolExtras } = decodeTools(body.tools, problems)
  const { reasoning, extras: reasoningExtras } = decodeReasoning(body, problems)
  const metadata = asObject(body.metadata)
  const call: ChatCall = {
    model: model ?? '',
    messages,
    stream: problems.boolean(body, 'stream') ?? false,
    streamUsage: true,
    ...(tools && { tools }),
    ...decodeToolChoice(body.tool_choice, problems),
    ...decodeLimits(body, problems),
    ...decodeFormat(body, problems),
    ...(reasoning && { reasoning }),
    ...withName('user', metadata && problems.string(metadata, 'user_id', 'metadata.user_id')),
    ...withName('serviceTier', problems.string(body, 'service_tier')),
    extras: {
      wire: WIRE,
      fields: {
        ...unknownFields(body, KNOWN),
        ...toolExtras,
        ...reasoningExtras,
        ...(metadata && unknownFields(metadata, new Set(['user_id']), 'metadata.')),
      },
    },
  }
  return problems.first ? err(problems.first) : ok(call)
}

type Limits = Pick<ChatCall, 'maxOutputTokens' | 'temperature' | 'topP' | 'topK' | 'stop'>

function decodeLimits(body: JsonObject, problems: Problems): Limits {
  return {
    ...withName('maxOutputTokens', problems.number(body, 'max_tokens')),
    ...withName('temperature', problems.number(body, 'temperature')),
    ...withName('topP', problems.number(body, 'top_p')),
    ...withName('topK', problems.number(body, 'top_k')),
    ...withName('stop', decodeStop(body, problems)),
  }
}

function decodeStop(body: JsonObject, problems: Problems): string[] | undefined {
  if (body.stop_sequences === undefined || body.stop_sequences === null) return undefined
  const words = asArray(body.stop_sequences).filter((word) => typeof word === 'string')
  if (!Array.isArray(body.stop_sequences) || words.length < body.stop_sequences.length)
    problems.report('stop_sequences', 'must be a list of strings')
  return words
}

function withName<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  // The computed key is `name`, whose type is K; TypeScript widens it to string.
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>)
}
