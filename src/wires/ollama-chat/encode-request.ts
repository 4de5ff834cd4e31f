/** The hub's call -> a chat request body. */

import type { ChatCall, Tool } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import { encodeMessages } from './encode-messages.ts'
import { applyExtras, isKin } from './extras.ts'
import { encodeFormat } from './format.ts'
import { encodeFunctionTools } from './function-tools.ts'
import { encodeLogprobsAsked } from './logprobs-asked.ts'
import { encodeOptions } from './options.ts'
import { encodeThink } from './think.ts'
import { WIRE } from './wire-name.ts'

/** `stream` is always said, since this wire streams when it is not. */
export function encodeRequest(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const tools = encodeFunctionTools(offered(call, losses), WIRE, losses)
  const body: JsonObject = {
    model: call.model,
    messages: encodeMessages(call.messages, isKin(call.extras), losses),
    ...(tools.length > 0 && { tools }),
    ...encodeFormat(call.format, quirks, losses),
    ...encodeThink(call, losses),
    ...encodeOptions(call),
    ...encodeLogprobsAsked(call),
    stream: call.stream,
  }
  noteLosses(call, losses)
  applyExtras(body, call.extras, WIRE, losses)
  dropUnsupported(body, quirks, losses)
  return { value: body, warnings: losses.warnings }
}

/** There is no `tool_choice`: what can be said by offering fewer tools is said so. */
function offered({ tools = [], toolChoice }: ChatCall, losses: Losses): readonly Tool[] {
  if (!toolChoice || toolChoice.type === 'auto') return tools
  if (toolChoice.type === 'tool') {
    losses.changed('tool_choice', `Only ${toolChoice.name} was offered; the provider may still answer without it.`)
    return tools.filter((tool) => tool.kind === 'function' && tool.name === toolChoice.name)
  }
  if (toolChoice.type === 'none') {
    if (tools.length > 0) losses.changed('tool_choice', 'The tools were not offered, so that none is called.')
    return []
  }
  losses.dropped('tool_choice', 'This provider cannot be told that a tool must be called.')
  return tools
}

/** Settings that this API and its sister have no field for. */
export function noteLosses(call: ChatCall, losses: Losses): void {
  const missing: readonly (readonly [string, boolean])[] = [
    ['n', (call.choices ?? 1) > 1],
    ['logit_bias', call.logitBias !== undefined],
    ['parallel_tool_calls', call.parallelToolCalls === false],
    ['user', call.user !== undefined],
    ['metadata', call.metadata !== undefined],
    ['service_tier', call.serviceTier !== undefined && call.serviceTier !== 'auto'],
  ]
  for (const [field, asked] of missing) if (asked) losses.dropped(field, `This API has no ${field}.`)
  const strict = call.tools?.some((tool) => tool.kind === 'function' && tool.strict === true)
  if (strict) losses.dropped('tools.strict', 'This provider does not hold calls to the schema of their tool.')
}

/** Takes out what the vendor's row says it refuses. */
export function dropUnsupported(body: JsonObject, quirks: Quirks, losses: Losses): void {
  for (const field of quirks.unsupportedFields) {
    if (body[field] === undefined) continue
    delete body[field]
    losses.dropped(field, `This provider does not take ${field}.`)
  }
}
