/** The hub's call -> a generateContent request body. */

import type { ChatCall } from '../../ground/chat-call.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import { encodeContents } from './encode-contents.ts'
import { applyExtras } from './extras.ts'
import { encodeConfig } from './generation-config.ts'
import { encodeToolChoice, encodeTools } from './tools.ts'
import { WIRE } from './wire-name.ts'

/** The model goes into the path, not the body; whether to stream too. */
export function encodeRequest(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const body: Record<string, Json> = {
    ...encodeContents(call.messages, losses),
    ...encodeTools(call, losses),
    ...encodeToolChoice(call, losses),
    ...encodeConfig(call, losses),
    ...(call.metadata && call.extras?.wire === WIRE && { labels: call.metadata }),
  }
  noteLosses(call, losses)
  applyExtras(body, call.extras, losses)
  for (const field of quirks.unsupportedFields) {
    if (body[field] === undefined) continue
    delete body[field]
    losses.dropped(field, `This provider does not take ${field}.`)
  }
  return { value: body, warnings: losses.warnings }
}

/** Settings that this API has no field for. Labels are Vertex AI's alone, so other wires' metadata stays here. */
function noteLosses(call: ChatCall, losses: Losses): void {
  const missing: readonly (readonly [string, boolean])[] = [
    ['logit_bias', call.logitBias !== undefined],
    ['min_p', call.minP !== undefined],
    ['user', call.user !== undefined],
    ['metadata', call.metadata !== undefined && call.extras?.wire !== WIRE],
    ['service_tier', call.serviceTier !== undefined && call.serviceTier !== 'auto'],
  ]
  for (const [field, asked] of missing) if (asked) losses.dropped(field, `This API has no ${field}.`)
}
