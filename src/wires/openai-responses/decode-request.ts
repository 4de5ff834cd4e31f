/** A client's Responses request -> the hub's call. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asArray, asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { Problems } from '../problems.ts'
import { decodeInput } from './decode-input.ts'
import { decodeSettings } from './decode-settings.ts'
import { decodeToolChoice, decodeTools } from './decode-tools.ts'
import { unknownFields } from './extras.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set([
  'model',
  'input',
  'instructions',
  'stream',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'include',
  'text',
  'reasoning',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'user',
  'metadata',
  'service_tier',
])

/**
 * Fields we have no word for go into `extras`, which is always there: it also says that the call came in on this wire.
 * `asWritten` keeps input and instructions for this wire, whose items have ids and states that no other needs.
 */
export function decodeRequest(body: JsonObject): Result<ChatCall, GatewayError> {
  const problems = new Problems()
  const model = problems.string(body, 'model')
  if (!model) problems.report('model', 'is required: the name of a route')
  const messages = decodeInput(body, problems)
  const { tools, extras: toolExtras } = decodeTools(body, problems)
  const { toolChoice, extras: choiceExtras } = decodeToolChoice(body, problems)
  const { settings, extras: settingExtras } = decodeSettings(body, problems)
  const fields = withoutNeedless({ ...unknownFields(body, KNOWN), ...toolExtras, ...choiceExtras, ...settingExtras })
  const call: ChatCall = compact({
    model: model ?? '',
    messages,
    stream: problems.boolean(body, 'stream') ?? false,
    streamUsage: true,
    tools,
    toolChoice,
    ...settings,
    extras: { wire: WIRE, fields, asWritten: writtenInput(body) },
  })
  return problems.first ? err(problems.first) : ok(call)
}

/** Thinking comes with its proof to these apps, whoever thought it. */
const ENCRYPTED = 'reasoning.encrypted_content'

/** What asks for nothing that another API would do otherwise: its absence is no loss. `asWritten` has it for this one. */
function withoutNeedless({ store, include, ...fields }: Record<string, Json>): Record<string, Json> {
  const asked = asArray(include).filter((entry) => entry !== ENCRYPTED)
  return {
    ...fields,
    ...(store !== undefined && store !== false && { store }),
    ...(asked.length > 0 && { include: asked }),
  }
}

function writtenInput(body: JsonObject): Record<string, Json> {
  return {
    ...(body.input !== undefined && { input: body.input }),
    ...(body.instructions !== undefined && { instructions: body.instructions }),
    ...(body.store === false && { store: false }),
    ...(asArray(body.include).includes(ENCRYPTED) && { include: [ENCRYPTED] }),
  }
}

/** The earlier response, or the conversation, that a request goes on from and that only its provider knows. */
export function refersTo(body: JsonObject): string | undefined {
  const { conversation } = body
  const kept = asString(conversation) ?? asString(asObject(conversation)?.id)
  return asString(body.previous_response_id) || kept || undefined
}
