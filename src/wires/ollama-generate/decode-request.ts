/** A client's request with a single prompt -> the hub's call. */

import type { Block, ChatCall, Message } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { unknownFields } from '../ollama-chat/extras.ts'
import { decodeFormat } from '../ollama-chat/format.ts'
import { decodeImages } from '../ollama-chat/images.ts'
import { decodeLogprobsAsked } from '../ollama-chat/logprobs-asked.ts'
import { decodeOptions } from '../ollama-chat/options.ts'
import { decodeThink } from '../ollama-chat/think.ts'
import { Problems } from '../problems.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set([
  'model',
  'prompt',
  'system',
  'images',
  'stream',
  'format',
  'options',
  'think',
  'logprobs',
  'top_logprobs',
])

/** An instruction and one user message. Streams unless told otherwise; an empty field is a field not sent. */
export function decodeRequest(body: JsonObject): Result<ChatCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const { settings, extras: optionExtras } = decodeOptions(body, problems)
  const call: ChatCall = compact({
    model: model ?? '',
    messages: decodePrompt(body, problems),
    stream: problems.boolean(body, 'stream') ?? true,
    streamUsage: true,
    format: decodeFormat(body, problems),
    reasoning: decodeThink(body, problems),
    logprobs: decodeLogprobsAsked(body, problems),
    ...settings,
    extras: { wire: WIRE, fields: { ...said(unknownFields(body, KNOWN)), ...optionExtras } },
  })
  return problems.first ? err(problems.first) : ok(call)
}

function decodePrompt(body: JsonObject, problems: Problems): Message[] {
  const system = problems.string(body, 'system')
  const prompt = problems.string(body, 'prompt')
  const content: Block[] = prompt ? [{ type: 'text', text: prompt }] : []
  content.push(...decodeImages(body.images))
  const user: Message = { role: 'user', content }
  return system ? [{ role: 'system', content: [{ type: 'text', text: system }] }, user] : [user]
}

/** The Python client fills in every field: `template: ""`, `context: []`, `raw: false`. */
function said(fields: Record<string, Json>): Record<string, Json> {
  const isSaid = (value: Json) => value !== '' && value !== false && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isSaid(value)))
}
