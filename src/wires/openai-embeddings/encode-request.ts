/** The hub's call -> an Embeddings request body, in the vendor's dialect. */

import type { Json, JsonObject } from '../../ground/json.ts'
import type { EmbedCall, EmbedPurpose } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import { WIRE } from './wire-name.ts'

/** The words a client of this wire uses; sent on as they came where the vendor's row has none of its own. */
const OWN_WORDS: Readonly<Partial<Record<EmbedPurpose, string>>> = { query: 'query', document: 'document' }

/**
 * Vectors are asked for as base64 only where the client of this wire did: numbers are every vendor's default, and a
 * reply is understood in both forms.
 */
export function encodeRequest(call: EmbedCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const native = call.extras?.wire === WIRE
  const { dimensionsField = 'dimensions', vectorBytes = 'float32' } = quirks.embeddings ?? {}
  const extras = call.extras?.fields ?? {}
  // Base64 of another `output_dtype` (Voyage, Mistral) is not made of floats; its plain numbers are read as they are.
  const asBase64 =
    native && call.encoding === 'base64' && vectorBytes === 'float32' && extras.output_dtype === undefined
  const body: JsonObject = {
    model: call.model,
    input: encodeInput(call),
    ...(call.dimensions !== undefined && { [dimensionsField]: call.dimensions }),
    ...(asBase64 && { encoding_format: 'base64' }),
    ...encodePurpose(call.purpose, native, quirks, losses),
    ...encodeTruncation(call.truncate, native, quirks, losses),
    ...(call.user !== undefined && { user: call.user }),
  }
  for (const [field, value] of Object.entries(extras)) {
    if (field === 'encoding_format') losses.changed(field, 'Vectors in a format of one vendor are sent as numbers.')
    else if (native) body[field] ??= value
    else losses.dropped(field, `The Embeddings API has no field ${field}.`)
  }
  for (const field of quirks.unsupportedFields) {
    if (body[field] === undefined) continue
    delete body[field]
    losses.dropped(field, `This provider does not take ${field}.`)
  }
  return { value: body, warnings: losses.warnings }
}

function encodeInput({ inputs, single }: EmbedCall): Json {
  const list = inputs.map((input) => (typeof input === 'string' ? input : [...input]))
  const [only] = list
  return single && list.length === 1 && only !== undefined ? only : list
}

function encodePurpose(
  purpose: EmbedPurpose | undefined,
  native: boolean,
  quirks: Quirks,
  losses: Losses,
): JsonObject | undefined {
  if (purpose === undefined) return undefined
  const words = quirks.embeddings?.purposeWords ?? (native ? OWN_WORDS : {})
  const word = words[purpose]
  if (word === undefined) losses.dropped('input_type', `This provider cannot be told that a text is for ${purpose}.`)
  return word === undefined ? undefined : { input_type: word }
}

function encodeTruncation(
  truncate: boolean | undefined,
  native: boolean,
  quirks: Quirks,
  losses: Losses,
): JsonObject | undefined {
  if (truncate === undefined) return undefined
  if (native || quirks.embeddings?.truncation === true) return { truncation: truncate }
  losses.dropped('truncation', 'This provider cannot be told whether to cut an input that is too long.')
  return undefined
}
