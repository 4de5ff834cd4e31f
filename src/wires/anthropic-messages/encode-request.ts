/** The hub's call -> a Messages request body. */

import type { ChatCall, ResponseFormat } from '../../ground/chat-call.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { lookUp } from '../look-up.ts'
import { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import type { EncodeContext } from './encode-context.ts'
import { encodeMessages } from './encode-messages.ts'
import { encodeReasoning } from './encode-reasoning.ts'
import { encodeSampling } from './encode-sampling.ts'
import { encodeToolChoice, encodeTools } from './encode-tools.ts'
import { applyExtras } from './extras.ts'
import { ToolIds } from './tool-ids.ts'
import { WIRE } from './wire-name.ts'

/**
 * A call that came in on this wire goes out as the client wrote it. A call from another wire is also made valid: what
 * the provider would refuse is changed or left out, and told.
 */
export function encodeRequest(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const native = call.extras?.wire === WIRE
  const context: EncodeContext = { losses, toolIds: new ToolIds(), native }
  const tools = encodeTools(call.tools, context)
  const { maxTokens, thinking, effort } = encodeReasoning(call, quirks, context)
  const format = encodeFormat(call.format, quirks, losses)
  const config = { ...(effort !== undefined && { effort }), ...(format && { format }) }
  const choice = encodeToolChoice(call, tools.length > 0, context)
  const tier = encodeServiceTier(call.serviceTier, context)
  const body: JsonObject = {
    model: call.model,
    max_tokens: maxTokens,
    ...encodeMessages(call.messages, context),
    ...(tools.length > 0 && { tools }),
    ...(choice !== undefined && { tool_choice: choice }),
    ...(thinking && { thinking }),
    ...(Object.keys(config).length > 0 && { output_config: config }),
    ...encodeSampling(call, thinking?.type === 'enabled', context),
    ...(call.user !== undefined && { metadata: { user_id: call.user } }),
    ...(tier !== undefined && { service_tier: tier }),
    ...(call.stream && { stream: true }),
  }
  if (call.extras && native) applyExtras(body, call.extras.fields)
  else noteForeignExtras(call, losses)
  return { value: body, warnings: losses.warnings }
}

function encodeFormat(format: ResponseFormat | undefined, quirks: Quirks, losses: Losses): JsonObject | undefined {
  if (!format || format.type === 'text') return undefined
  if (format.type === 'json') {
    losses.dropped('response_format', 'The Messages API has no JSON mode without a schema; ask for JSON in the prompt.')
    return undefined
  }
  if (quirks.structuredOutput !== 'json-schema') {
    losses.dropped('response_format', 'This provider cannot hold an answer to a JSON schema.')
    return undefined
  }
  if (format.name !== undefined)
    losses.dropped('response_format.json_schema.name', 'The schema is sent without a name.')
  if (format.description !== undefined)
    losses.dropped('response_format.json_schema.description', 'The schema is sent without its description.')
  if (format.strict === false)
    losses.changed('response_format.json_schema.strict', 'The Messages API always holds the answer to the schema.')
  return { type: 'json_schema', schema: format.schema }
}

/** Tiers of other wires that have a counterpart here. */
const TIER_OF: Readonly<Record<string, string>> = { auto: 'auto', default: 'standard_only', priority: 'auto' }

function encodeServiceTier(tier: string | undefined, { losses, native }: EncodeContext): Json | undefined {
  if (tier === undefined || native) return tier
  const own = lookUp(TIER_OF, tier) ?? (tier === 'standard_only' ? tier : undefined)
  if (own === undefined) losses.dropped('service_tier', `The Messages API has no service tier "${tier}".`)
  else if (own !== tier) losses.changed('service_tier', `Service tier "${tier}" was sent as "${own}".`)
  return own
}

function noteForeignExtras(call: ChatCall, losses: Losses): void {
  for (const field of Object.keys(call.extras?.fields ?? {}))
    losses.dropped(field, `The Messages API has no field ${field}.`)
}
