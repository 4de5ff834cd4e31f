/** The hub's call -> an embedContent or batchEmbedContents request body. */

import type { Json, JsonObject } from '../../ground/json.ts'
import type { EmbedCall } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import { TASK_TYPE_OF } from './purpose.ts'

const OWN: ReadonlySet<string> = new Set(['gemini-embed', 'gemini-batch-embed'])

/** Only the first text fits; providers are asked for several with `encodeMany`. */
export function encodeOne(call: EmbedCall): Encoded<JsonObject> {
  const losses = new Losses()
  if (call.inputs.length > 1)
    losses.dropped('input', `Only the first of ${call.inputs.length} texts fits into one request.`)
  return { value: requestFor(call, call.inputs[0] ?? '', losses), warnings: losses.warnings }
}

/** Each request of the batch names the model again. */
export function encodeMany(call: EmbedCall): Encoded<JsonObject> {
  const losses = new Losses()
  const requests = call.inputs.map((input) => ({ model: `models/${call.model}`, ...requestFor(call, input, losses) }))
  return { value: { requests }, warnings: losses.warnings }
}

function requestFor(call: EmbedCall, input: string | readonly number[], losses: Losses): JsonObject {
  const request: Record<string, Json> = {
    content: { parts: [{ text: typeof input === 'string' ? input : input.join(' ') }] },
    ...(call.purpose && { taskType: TASK_TYPE_OF[call.purpose] }),
    ...(call.dimensions !== undefined && { outputDimensionality: call.dimensions }),
  }
  if (call.user !== undefined) losses.dropped('user', 'This API has no field user.')
  if (call.truncate === false) losses.dropped('truncate', 'This provider cuts texts that are too long.')
  for (const [field, value] of Object.entries(call.extras?.fields ?? {})) {
    if (OWN.has(call.extras?.wire ?? '')) request[field] = value
    else losses.dropped(field, `This API has no field ${field}.`)
  }
  return request
}
