/** A client's Completions request -> the hub's call: one user message that says the prompt. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { decodeSettings } from '../openai-chat/decode-settings.ts'
import { Problems } from '../problems.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set([
  'model',
  'prompt',
  'stream',
  'stream_options',
  'max_tokens',
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
  'logit_bias',
  'user',
])

/**
 * `suffix`, `echo`, `best_of` and what else the hub has no word for go into `extras`, which is always there. Several
 * prompts in one call, and prompts of token ids, have no form in any other API: they are refused here.
 */
export function decodeRequest(body: JsonObject): Result<ChatCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const prompt = decodePrompt(body.prompt)
  if (!prompt.ok) return prompt
  const options = problems.object(body, 'stream_options')
  const { metadata: _, serviceTier: __, parallelToolCalls: ___, ...settings } = decodeSettings(body, problems)
  const call: ChatCall = compact({
    model: model ?? '',
    messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: prompt.value }] }],
    stream: problems.boolean(body, 'stream') ?? false,
    streamUsage: problems.boolean(options ?? {}, 'include_usage', 'stream_options.include_usage'),
    ...settings,
    extras: compact({ wire: WIRE, fields: extraFields(body, options), asWritten: writtenPrompt(body.prompt) }),
  })
  return problems.first ? err(problems.first) : ok(call)
}

function decodePrompt(prompt: Json | undefined): Result<string, GatewayError> {
  if (prompt === undefined || prompt === null) return refused('invalid-request', 'is required: the text to go on from')
  if (typeof prompt === 'string') return ok(prompt)
  if (!Array.isArray(prompt)) return refused('invalid-request', 'must be a string')
  const [first] = prompt
  if (prompt.length === 1 && typeof first === 'string') return ok(first)
  if (prompt.length > 1 && prompt.every((entry) => typeof entry === 'string'))
    return refused(
      'not-supported',
      `${prompt.length} prompts in one call can only go to a provider of the Completions API. Send one call for each.`,
    )
  if (prompt.length > 0 && prompt.flat().every((entry) => typeof entry === 'number'))
    return refused(
      'not-supported',
      'token ids mean something only to the model they were made for, at a provider of the Completions API. Send text.',
    )
  return refused('invalid-request', 'must be a string')
}

function refused(kind: 'invalid-request' | 'not-supported', rule: string): Result<string, GatewayError> {
  return err(gatewayError(kind, `prompt: ${rule}`, { param: 'prompt', status: 400 }))
}

/** The list form of one prompt, which some servers answer with another shape of echo. */
function writtenPrompt(prompt: Json | undefined): Record<string, Json> | undefined {
  return Array.isArray(prompt) ? { prompt } : undefined
}

function extraFields(body: JsonObject, options: JsonObject | undefined): Record<string, Json> {
  const { include_usage: _, ...moreOptions } = options ?? {}
  const fields: Record<string, Json> = {}
  const add = (owner: JsonObject, prefix: string): void => {
    for (const [name, value] of Object.entries(owner))
      if (value !== undefined && value !== null && (prefix || !KNOWN.has(name))) fields[prefix + name] = value
  }
  add(body, '')
  add(moreOptions, 'stream_options.')
  return fields
}
