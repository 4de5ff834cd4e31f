/** The gemini-embed and gemini-batch-embed wires: Google's embedContent and batchEmbedContents. */

import { asArray, asObject, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { decodeError } from '../gemini-generate/decode-error.ts'
import { encodeError } from '../gemini-generate/encode-error.ts'
import { decodeUsage } from '../gemini-generate/usage.ts'
import { createTaskTap } from '../task-tap.ts'
import type { HubTaskWire, TaskTap } from '../task-wire.ts'
import { decodeMany, decodeOne } from './decode-request.ts'
import { encodeMany, encodeOne } from './encode-request.ts'
import { decodeReply, encodeManyReply, encodeOneReply, errorIn } from './replies.ts'

const common = {
  task: 'embeddings',
  address: 'path',
  requestBody: 'json',
  tap,
  decodeError,
  encodeError,
} as const

/** One text, one vector. */
export const geminiEmbed: HubTaskWire<'embeddings'> = {
  ...common,
  name: 'gemini-embed',
  hub: { decodeRequest: decodeOne, encodeRequest: encodeOne, decodeReply, encodeReply: encodeOneReply },
  patchRequest: (body, model): Record<string, Json> => (body.model === undefined ? {} : { model: `models/${model}` }),
}

/** Many texts, as many vectors in their order. */
export const geminiBatchEmbed: HubTaskWire<'embeddings'> = {
  ...common,
  name: 'gemini-batch-embed',
  hub: { decodeRequest: decodeMany, encodeRequest: encodeMany, decodeReply, encodeReply: encodeManyReply },
  patchRequest: (body, model) => ({ requests: renamed(body, model) }),
}

function renamed(body: JsonObject, model: string): Json[] {
  return asArray(body.requests).map((entry) => (isObject(entry) ? { ...entry, model: `models/${model}` } : entry))
}

/** Nothing says which model answered, and most replies not what they used. */
function tap(): TaskTap {
  return createTaskTap({
    errorOf: errorIn,
    body(body) {
      const usage = decodeUsage(asObject(body)?.usageMetadata)
      return { complete: true, ...(usage && { usage }) }
    },
  })
}
