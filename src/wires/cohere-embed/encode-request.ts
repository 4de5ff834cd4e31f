/** The hub's call -> an Embed request body. */

import type { JsonObject } from '../../ground/json.ts'
import type { EmbedCall } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import { INPUT_TYPE_OF } from './purpose.ts'
import { WIRE } from './wire-name.ts'

/**
 * Models of the third generation and later refuse a text without `input_type`, so a client that cannot say what its texts
 * are for gets them embedded as documents, and is told. Vectors are asked for as numbers unless the client of this wire
 * wanted base64.
 */
export function encodeRequest(call: EmbedCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const native = call.extras?.wire === WIRE
  const body: JsonObject = {
    model: call.model,
    texts: call.inputs.map((input) => (typeof input === 'string' ? input : input.join(' '))),
    ...encodePurpose(call, native, losses),
    embedding_types: [native && call.encoding === 'base64' ? 'base64' : 'float'],
    ...(call.dimensions !== undefined && { output_dimension: call.dimensions }),
    ...(call.truncate !== undefined && { truncate: call.truncate ? 'END' : 'NONE' }),
  }
  if (call.inputs.some((input) => typeof input !== 'string'))
    losses.changed('input', 'The Embed API takes no token ids: they were sent as the text of their numbers.')
  if (call.user !== undefined) losses.dropped('user', 'The Embed API has no field user.')
  for (const [field, value] of Object.entries(call.extras?.fields ?? {})) {
    if (native) body[field] = value
    else losses.dropped(field, `The Embed API has no field ${field}.`)
  }
  for (const field of quirks.unsupportedFields) {
    if (body[field] === undefined) continue
    delete body[field]
    losses.dropped(field, `This provider does not take ${field}.`)
  }
  return { value: body, warnings: losses.warnings }
}

function encodePurpose({ purpose, extras }: EmbedCall, native: boolean, losses: Losses): JsonObject {
  if (purpose !== undefined) {
    if (purpose === 'similarity') losses.changed('input_type', 'Texts to compare were sent as texts to cluster.')
    return { input_type: INPUT_TYPE_OF[purpose] }
  }
  if (native) return extras?.fields.input_type === undefined ? {} : { input_type: extras.fields.input_type }
  losses.changed('input_type', 'This provider must be told what texts are for; they were sent as documents to search.')
  return { input_type: INPUT_TYPE_OF.document }
}
