/** The hub's call -> a Converse request body. The model and whether to stream go into the URL. */

import type { ChatCall, ResponseFormat } from '../../ground/chat-call.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import type { Encoded } from '../../ground/warning.ts'
import { ToolIds } from '../anthropic-messages/tool-ids.ts'
import { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import { MODEL_FIELDS } from './decode-model-fields.ts'
import { DocumentNames } from './document-names.ts'
import type { EncodeContext } from './encode-context.ts'
import { encodeInference } from './encode-inference.ts'
import { encodeMessages } from './encode-messages.ts'
import { encodeModelFields, familyOf, type ModelFields } from './encode-model-fields.ts'
import { encodeToolConfig } from './encode-tools.ts'
import { applyExtras } from './extras.ts'
import { WIRE } from './wire-name.ts'

/**
 * A call that came in on this wire goes out as the client wrote it. A call from another wire is also made valid: what
 * the provider would refuse is changed or left out, and told.
 */
export function encodeRequest(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const native = call.extras?.wire === WIRE
  const context: EncodeContext = {
    losses,
    toolIds: new ToolIds(),
    documentNames: new DocumentNames(),
    native,
    asWritten: (native && call.extras?.asWritten) || {},
  }
  const { fields, thinks, maxTokens } = native ? ownModelFields(context) : encodeModelFields(call, quirks, context)
  const oneSampling = familyOf(call.model, quirks)?.oneSampling === true
  const inferenceConfig = encodeInference(call, { thinks, oneSampling, maxTokens }, context)
  const toolConfig = encodeToolConfig(call, context)
  const format = encodeFormat(call.format, quirks, losses)
  const metadata = encodeMetadata(call.metadata, context)
  const tier = encodeServiceTier(call.serviceTier, context)
  const body: JsonObject = {
    ...encodeMessages(call.messages, context),
    ...(inferenceConfig && { inferenceConfig }),
    ...(toolConfig && { toolConfig }),
    ...(Object.keys(fields).length > 0 && { [MODEL_FIELDS]: fields }),
    ...(format && { outputConfig: { textFormat: format } }),
    ...(metadata && { requestMetadata: metadata }),
    ...(tier !== undefined && { serviceTier: { type: tier } }),
  }
  if (call.extras && native) applyExtras(body, call.extras.fields)
  else noteForeignExtras(call, losses)
  return { value: body, warnings: losses.warnings }
}

function ownModelFields({ asWritten }: EncodeContext): ModelFields {
  const written = asWritten[MODEL_FIELDS]
  return { fields: isObject(written) ? { ...written } : {}, thinks: false }
}

function encodeFormat(format: ResponseFormat | undefined, quirks: Quirks, losses: Losses): JsonObject | undefined {
  if (!format || format.type === 'text') return undefined
  if (format.type === 'json') {
    losses.dropped('response_format', 'The Converse API has no JSON mode without a schema; ask for JSON in the prompt.')
    return undefined
  }
  if (quirks.structuredOutput !== 'json-schema') {
    losses.dropped('response_format', 'This provider cannot hold an answer to a JSON schema.')
    return undefined
  }
  if (format.strict === false)
    losses.changed('response_format.json_schema.strict', 'The Converse API always holds the answer to the schema.')
  const { schema, name, description } = format
  const jsonSchema = {
    schema: JSON.stringify(schema),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  }
  return { type: 'json_schema', structure: { jsonSchema } }
}

/** What keys and values may hold, and how many there may be. */
const METADATA = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}$/
const MOST_METADATA = 16

function encodeMetadata(metadata: ChatCall['metadata'], { losses, native }: EncodeContext): JsonObject | undefined {
  if (!metadata || native) return metadata
  const entries = Object.entries(metadata)
  const usable = entries
    .filter(([name, value]) => name !== '' && METADATA.test(name) && METADATA.test(value))
    .slice(0, MOST_METADATA)
  if (usable.length < entries.length)
    losses.dropped('metadata', 'The Converse API takes 16 entries of 256 letters, digits and common signs.')
  return usable.length > 0 ? Object.fromEntries(usable) : undefined
}

/** Tiers of other wires and what they are here. */
const TIER_OF: Readonly<Record<string, string>> = {
  auto: 'default',
  default: 'default',
  standard_only: 'default',
  priority: 'priority',
  flex: 'flex',
  reserved: 'reserved',
}

function encodeServiceTier(tier: string | undefined, { losses, native }: EncodeContext): string | undefined {
  if (tier === undefined || native) return tier
  const own = Object.hasOwn(TIER_OF, tier) ? TIER_OF[tier] : undefined
  if (own === undefined) losses.dropped('service_tier', `The Converse API has no service tier "${tier}".`)
  else if (own !== tier) losses.changed('service_tier', `Service tier "${tier}" was sent as "${own}".`)
  return own
}

function noteForeignExtras(call: ChatCall, losses: Losses): void {
  for (const field of Object.keys(call.extras?.fields ?? {}))
    losses.dropped(field, `The Converse API has no field ${field}.`)
}
