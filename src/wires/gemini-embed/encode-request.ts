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
  return { value: requestFor(call, 0, losses), warnings: losses.warnings }
}

/** Each request of the batch names the model again. */
export function encodeMany(call: EmbedCall): Encoded<JsonObject> {
  const losses = new Losses()
  const requests = call.inputs.map((_, index) => ({
    model: `models/${call.model}`,
    ...requestFor(call, index, losses),
  }))
  return { value: { requests }, warnings: losses.warnings }
}

/** Fields that requests do not share stand under their place. */
const PLACED = /^requests\[(\d+)\]\.(.+)$/

function requestFor(call: EmbedCall, index: number, losses: Losses): JsonObject {
  const input = call.inputs[index] ?? ''
  const request: Record<string, Json> = {
    content: { parts: [{ text: typeof input === 'string' ? input : input.join(' ') }] },
    ...(call.purpose && { taskType: TASK_TYPE_OF[call.purpose] }),
    ...(call.dimensions !== undefined && { outputDimensionality: call.dimensions }),
  }
  if (typeof input !== 'string')
    losses.changed('input', 'This API takes no token ids: they were sent as the text of their numbers.')
  if (call.user !== undefined) losses.dropped('user', 'This API has no field user.')
  if (call.truncate === false) losses.dropped('truncate', 'This provider cuts texts that are too long.')
  for (const [field, value] of Object.entries(call.extras?.fields ?? {})) {
    const [, place, name = field] = PLACED.exec(field) ?? []
    if (!OWN.has(call.extras?.wire ?? '')) losses.dropped(field, `This API has no field ${field}.`)
    else if (place === undefined || Number(place) === index) request[name] = value
  }
  return request
}
