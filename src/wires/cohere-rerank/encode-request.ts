/** The hub's call -> a rerank request body. */

import type { JsonObject } from '../../ground/json.ts'
import type { RerankCall } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import { WIRE } from './wire-name.ts'

/**
 * The documents are not asked back: version 2 of the API no longer gives them, and the client's own texts are at hand
 * when the reply is written.
 */
export function encodeRequest(call: RerankCall, quirks: Quirks): Encoded<JsonObject> {
  const losses = new Losses()
  const fields = call.extras?.wire === WIRE ? call.extras.fields : {}
  const body: JsonObject = {
    model: call.model,
    query: call.query,
    documents: [...call.documents],
    ...(call.topN !== undefined && fields.top_k === undefined && { top_n: call.topN }),
  }
  Object.assign(body, fields)
  for (const field of quirks.unsupportedFields) {
    if (body[field] === undefined) continue
    delete body[field]
    losses.dropped(field, `This provider does not take ${field}.`)
  }
  return { value: body, warnings: losses.warnings }
}
