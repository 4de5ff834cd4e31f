/** The hub's call -> an embed request body. */

import type { JsonObject } from '../../ground/json.ts'
import type { EmbedCall } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import { WIRE } from './wire-name.ts'

/** Always in the form of `/api/embed`; a text that came alone goes alone. */
export function encodeRequest(call: EmbedCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const texts = call.inputs.map((input) => (typeof input === 'string' ? input : input.join(' ')))
  const [only] = texts
  const body: JsonObject = {
    model: call.model,
    input: call.single && texts.length === 1 && only !== undefined ? only : texts,
    ...(call.dimensions !== undefined && { dimensions: call.dimensions }),
    ...(call.truncate !== undefined && { truncate: call.truncate }),
  }
  if (call.inputs.some((input) => typeof input !== 'string'))
    losses.changed('input', 'This API takes no token ids: they were sent as the text of their numbers.')
  if (call.purpose !== undefined)
    losses.dropped('input_type', `This provider cannot be told that a text is for ${call.purpose}.`)
  if (call.user !== undefined) losses.dropped('user', 'This API has no field user.')
  for (const [field, value] of Object.entries(call.extras?.fields ?? {})) {
    if (call.extras?.wire === WIRE) body[field] = value
    else losses.dropped(field, `This API has no field ${field}.`)
  }
  for (const field of quirks.unsupportedFields) {
    if (body[field] === undefined) continue
    delete body[field]
    losses.dropped(field, `This provider does not take ${field}.`)
  }
  return { value: body, warnings: losses.warnings }
}
