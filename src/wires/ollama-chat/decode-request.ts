/** A client's chat request -> the hub's call. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import type { JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { Problems } from '../problems.ts'
import { decodeMessages } from './decode-messages.ts'
import { unknownFields } from './extras.ts'
import { decodeFormat } from './format.ts'
import { decodeFunctionTools } from './function-tools.ts'
import { decodeLogprobsAsked } from './logprobs-asked.ts'
import { decodeOptions } from './options.ts'
import { decodeThink } from './think.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set([
  'model',
  'messages',
  'stream',
  'tools',
  'format',
  'options',
  'think',
  'logprobs',
  'top_logprobs',
])

/**
 * Streams unless told otherwise. Fields we have no word for go into `extras`, which is always there: it also says that the
 * call came in on this wire. A field that is null is a field not sent.
 */
export function decodeRequest(body: JsonObject): Result<ChatCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const { tools, extras: toolExtras } = decodeFunctionTools(body.tools, WIRE, problems)
  const { settings, extras: optionExtras } = decodeOptions(body, problems)
  const call: ChatCall = compact({
    model: model ?? '',
    messages: decodeMessages(body.messages, problems),
    stream: problems.boolean(body, 'stream') ?? true,
    streamUsage: true,
    tools,
    format: decodeFormat(body, problems),
    reasoning: decodeThink(body, problems),
    logprobs: decodeLogprobsAsked(body, problems),
    ...settings,
    extras: { wire: WIRE, fields: { ...unknownFields(body, KNOWN), ...toolExtras, ...optionExtras } },
  })
  return problems.first ? err(problems.first) : ok(call)
}
