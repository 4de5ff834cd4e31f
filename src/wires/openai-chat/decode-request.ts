/** A client's Chat Completions request -> the hub's call. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { Problems } from '../problems.ts'
import { decodeMessages } from './decode-messages.ts'
import { decodeReasoning } from './decode-reasoning.ts'
import { decodeFormat, decodeSettings } from './decode-settings.ts'
import { decodeToolChoice, decodeTools } from './decode-tools.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'stop',
  'n',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'response_format',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'parallel_tool_calls',
  'reasoning_effort',
  'reasoning',
  'thinking',
  'user',
  'service_tier',
])

/**
 * Fields we have no word for go into `extras`, which is always there: it also says that the call came in on this wire,
 * so that going out on it again keeps to what the client wrote. A field that is null is a field not sent.
 */
export function decodeRequest(body: JsonObject): Result<ChatCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const messages = decodeMessages(body.messages, problems)
  const { tools, extras: toolExtras } = decodeTools(body, problems)
  const { toolChoice, extras: choiceExtras } = decodeToolChoice(body, problems)
  const { reasoning, extras: reasoningExtras, asWritten } = decodeReasoning(body)
  const { format, extras: formatExtras } = decodeFormat(body)
  const settings = decodeSettings(body, problems)
  const options = problems.object(body, 'stream_options')
  const fields: Record<string, Json> = {
    ...unknownFields(body, settings.metadata !== undefined),
    ...streamOptionExtras(options),
    ...toolExtras,
    ...choiceExtras,
    ...reasoningExtras,
    ...formatExtras,
  }
  const call: ChatCall = compact({
    model: model ?? '',
    messages,
    stream: problems.boolean(body, 'stream') ?? false,
    streamUsage: problems.boolean(options ?? {}, 'include_usage', 'stream_options.include_usage'),
    tools,
    toolChoice,
    format,
    reasoning,
    ...settings,
    extras: compact({ wire: WIRE, fields, asWritten: Object.keys(asWritten).length > 0 ? asWritten : undefined }),
  })
  return problems.first ? err(problems.first) : ok(call)
}

function unknownFields(body: JsonObject, metadataIsKnown: boolean): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(body)) {
    if (KNOWN.has(name) || value === undefined || value === null) continue
    if (name !== 'metadata' || !metadataIsKnown) fields[name] = value
  }
  return fields
}

function streamOptionExtras(options: JsonObject | undefined): Record<string, Json> {
  const { include_usage: _, ...rest } = asObject(options) ?? {}
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined && value !== null) fields[`stream_options.${name}`] = value
  }
  return fields
}
