/** A client's chat request -> the hub's call. */

import type { ChatCall, ToolChoice } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asArray, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { decodeFunctionTools } from '../ollama-chat/function-tools.ts'
import { Problems } from '../problems.ts'
import { decodeMessages } from './decode-messages.ts'
import { unknownFields } from './extras.ts'
import { decodeFormat } from './format.ts'
import { decodeThinking } from './thinking.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set([
  'model',
  'messages',
  'documents',
  'stream',
  'tools',
  'tool_choice',
  'response_format',
  'thinking',
  'max_tokens',
  'temperature',
  'p',
  'k',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'stop_sequences',
  'logprobs',
])

/**
 * Fields we have no word for (`safety_mode`, `citation_options`, `strict_tools`…) go into `extras`, which is always there:
 * it also says that the call came in on this wire. A field that is null is a field not sent.
 */
export function decodeRequest(body: JsonObject): Result<ChatCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const { tools, extras: toolExtras } = decodeFunctionTools(body.tools, WIRE, problems)
  const call: ChatCall = compact({
    model: model ?? '',
    messages: decodeMessages(body, problems),
    stream: problems.boolean(body, 'stream') ?? false,
    streamUsage: true,
    tools,
    toolChoice: decodeToolChoice(body, problems),
    format: decodeFormat(body, problems),
    reasoning: decodeThinking(body, problems),
    maxOutputTokens: problems.number(body, 'max_tokens'),
    temperature: problems.number(body, 'temperature'),
    topP: problems.number(body, 'p'),
    topK: problems.number(body, 'k'),
    seed: problems.number(body, 'seed'),
    frequencyPenalty: problems.number(body, 'frequency_penalty'),
    presencePenalty: problems.number(body, 'presence_penalty'),
    stop: decodeStop(body, problems),
    logprobs: problems.boolean(body, 'logprobs') === true ? { top: 0 } : undefined,
    extras: { wire: WIRE, fields: { ...unknownFields(body, KNOWN), ...toolExtras } },
  })
  return problems.first ? err(problems.first) : ok(call)
}

/** Two words; without one, the model chooses. */
function decodeToolChoice(body: JsonObject, problems: Problems): ToolChoice | undefined {
  const word = problems.string(body, 'tool_choice')
  if (word === undefined) return undefined
  if (word === 'REQUIRED') return { type: 'required' }
  if (word === 'NONE') return { type: 'none' }
  problems.report('tool_choice', 'must be "REQUIRED" or "NONE"; leave it out to let the model choose')
  return undefined
}

function decodeStop(body: JsonObject, problems: Problems): string[] | undefined {
  const { stop_sequences: value } = body
  if (value === undefined || value === null) return undefined
  const words = asArray(value).filter((word) => typeof word === 'string')
  if (Array.isArray(value) && words.length === value.length) return words.length > 0 ? words : undefined
  problems.report('stop_sequences', 'must be a list of texts')
  return undefined
}
