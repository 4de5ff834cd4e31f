/** The hub's call -> a Responses request body. */

import type { ChatCall } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import type { EncodeContext } from './encode-context.ts'
import { encodeInput } from './encode-input.ts'
import { encodeSettings } from './encode-settings.ts'
import { encodeTools } from './encode-tools.ts'
import { applyExtras } from './extras.ts'
import { WIRE } from './wire-name.ts'

/** Fields of Chat Completions that mean the same here, under the name they have here. */
const SHARED: Readonly<Record<string, string>> = {
  store: 'store',
  prompt_cache_key: 'prompt_cache_key',
  prompt_cache_retention: 'prompt_cache_retention',
  safety_identifier: 'safety_identifier',
  verbosity: 'text.verbosity',
  'stream_options.include_obfuscation': 'stream_options.include_obfuscation',
}

/** A call that came in on this wire goes out as the client wrote it; what another wire's asks beyond it is told. */
export function encodeRequest(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const native = call.extras?.wire === WIRE
  const context: EncodeContext = { losses, quirks, native }
  const body: JsonObject = {
    model: call.model,
    ...encodeInput(call, context),
    ...encodeTools(call, context),
    ...encodeSettings(call, context),
    ...(call.stream && { stream: true }),
  }
  if (native) applyExtras(body, needlessElsewhere(call.extras?.asWritten))
  if (call.extras) applyExtras(body, native ? call.extras.fields : sharedFields(call.extras, losses))
  for (const field of quirks.unsupportedFields) {
    if (body[field] === undefined) continue
    delete body[field]
    losses.dropped(field, `This provider does not take ${field}.`)
  }
  return { value: body, warnings: losses.warnings }
}

/** Fields that only this wire has a use for. */
function needlessElsewhere({ store, include }: Extras['fields'] = {}): Extras['fields'] {
  return { ...(store !== undefined && { store }), ...(include !== undefined && { include }) }
}

type Extras = NonNullable<ChatCall['extras']>

/** The fields of another wire that this one has too; the others are told as lost. */
function sharedFields({ wire, fields }: Extras, losses: Losses): Extras['fields'] {
  const shared: Extras['fields'] = {}
  for (const [field, value] of Object.entries(fields)) {
    const name = wire === 'openai-chat' && Object.hasOwn(SHARED, field) ? SHARED[field] : undefined
    if (name === undefined) losses.dropped(field, `The Responses API has no field ${field}.`)
    else shared[name] = value
  }
  return shared
}
