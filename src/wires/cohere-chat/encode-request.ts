/** The hub's call -> a chat request body. */

import type { ChatCall, Tool } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import { encodeFunctionTools } from '../ollama-chat/function-tools.ts'
import type { Quirks } from '../quirks.ts'
import { encodeMessages } from './encode-messages.ts'
import { applyExtras } from './extras.ts'
import { encodeFormat } from './format.ts'
import { encodeThinking } from './thinking.ts'
import { WIRE } from './wire-name.ts'

/** `stream` is always said, as the API's own clients do. */
export function encodeRequest(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const native = call.extras?.wire === WIRE
  const { messages, documents } = encodeMessages(call.messages, native, losses)
  const body: JsonObject = {
    model: call.model,
    messages,
    ...(documents.length > 0 && { documents }),
    ...encodeTools(call, native, losses),
    ...encodeSettings(call, losses),
    ...encodeFormat(call.format, native, quirks, losses),
    ...encodeThinking(call, losses),
    stream: call.stream,
  }
  if (native) applyExtras(body, call.extras?.fields ?? {})
  else
    for (const field of Object.keys(call.extras?.fields ?? {}))
      losses.dropped(field, `The Chat API has no field ${field}.`)
  for (const field of quirks.unsupportedFields) {
    if (body[field] === undefined) continue
    delete body[field]
    losses.dropped(field, `This provider does not take ${field}.`)
  }
  return { value: body, warnings: losses.warnings }
}

/** One tool cannot be demanded by name: it is offered alone, and some tool demanded. */
function encodeTools(call: ChatCall, native: boolean, losses: Losses): JsonObject {
  const { toolChoice } = call
  let offered: readonly Tool[] = call.tools ?? []
  if (toolChoice?.type === 'tool') {
    offered = offered.filter((tool) => tool.kind === 'function' && tool.name === toolChoice.name)
    losses.changed('tool_choice', `Only ${toolChoice.name} was offered, and a tool call demanded.`)
  }
  const tools = encodeFunctionTools(offered, WIRE, losses)
  if (tools.length === 0 && !native) {
    if (toolChoice?.type === 'required' || toolChoice?.type === 'tool')
      losses.dropped('tool_choice', 'There is no tool left to choose.')
    return {}
  }
  const strict = !native && offered.some((tool) => tool.kind === 'function' && tool.strict === true)
  if (strict && !offered.every((tool) => tool.kind === 'function' && tool.strict === true))
    losses.changed('tools.strict', 'This API is strict with all tools or with none: it was asked to be with all.')
  const word = { none: 'NONE', required: 'REQUIRED', tool: 'REQUIRED', auto: undefined }[toolChoice?.type ?? 'auto']
  return compact({
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: word,
    strict_tools: strict || undefined,
  })
}

function encodeSettings(call: ChatCall, losses: Losses): JsonObject {
  const missing: readonly (readonly [string, boolean])[] = [
    ['n', (call.choices ?? 1) > 1],
    ['min_p', call.minP !== undefined],
    ['top_logprobs', (call.logprobs?.top ?? 0) > 0],
    ['logit_bias', call.logitBias !== undefined],
    ['parallel_tool_calls', call.parallelToolCalls === false],
    ['user', call.user !== undefined],
    ['metadata', call.metadata !== undefined],
    ['service_tier', call.serviceTier !== undefined && call.serviceTier !== 'auto'],
  ]
  for (const [field, asked] of missing) if (asked) losses.dropped(field, `The Chat API has no ${field}.`)
  return compact({
    max_tokens: call.maxOutputTokens,
    temperature: call.temperature,
    p: call.topP,
    k: call.topK,
    seed: call.seed,
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    stop_sequences: call.stop,
    logprobs: call.logprobs && true,
  })
}
