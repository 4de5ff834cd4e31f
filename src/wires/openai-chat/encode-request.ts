/** The hub's call -> a Chat Completions request body. */

import type { ChatCall } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import type { EncodeContext } from './encode-context.ts'
import { encodeMessages } from './encode-messages.ts'
import { encodeReasoning } from './encode-reasoning.ts'
import { encodeSettings } from './encode-settings.ts'
import { encodeTools } from './encode-tools.ts'
import { applyExtras } from './extras.ts'
import { ToolIds } from './tool-ids.ts'
import { WIRE } from './wire-name.ts'

/**
 * A call that came in on this wire goes out as the client wrote it, in the vendor's dialect. From a call of another wire
 * what the API would refuse is changed or left out, and told. Usage is asked for in every stream where it must be.
 */
export function encodeRequest(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const native = call.extras?.wire === WIRE
  const toolIds = new ToolIds(quirks.toolIdLength)
  const context: EncodeContext = { losses, quirks, toolIds, native, withCache: native || quirks.cacheControl === true }
  const body: JsonObject = {
    model: call.model,
    messages: encodeMessages(call.messages, context),
    ...encodeTools(call, context),
    ...encodeSettings(call, context),
    ...encodeReasoning(call, context),
    ...(call.stream && { stream: true }),
    ...(call.stream && quirks.streamUsage === 'on-request' && { stream_options: { include_usage: true } }),
  }
  if (native && call.extras) applyExtras(body, call.extras.fields)
  else
    for (const field of Object.keys(call.extras?.fields ?? {}))
      losses.dropped(field, `The Chat Completions API has no field ${field}.`)
  for (const field of quirks.unsupportedFields) {
    if (body[field] === undefined) continue
    delete body[field]
    losses.dropped(field, `This provider does not take ${field}.`)
  }
  return { value: body, warnings: losses.warnings }
}
