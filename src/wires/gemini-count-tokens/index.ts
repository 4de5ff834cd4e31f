/** The gemini-count-tokens wire: how many tokens a generateContent request has. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { TokenCount } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { countedCall } from '../counted-call.ts'
import { camelCased } from '../gemini-generate/aliases.ts'
import { decodeError, errorOfBody, isErrorBody } from '../gemini-generate/decode-error.ts'
import { decodeRequest } from '../gemini-generate/decode-request.ts'
import { encodeError } from '../gemini-generate/encode-error.ts'
import { encodeRequest } from '../gemini-generate/encode-request.ts'
import type { Quirks } from '../quirks.ts'
import { tapCount } from '../tap-count.ts'
import { statedCount } from '../task-tap.ts'
import type { HubTaskWire } from '../task-wire.ts'

/** A request is `contents` alone, or a whole `generateContentRequest`; the reply is one number and its modalities. */
export const geminiCountTokens: HubTaskWire<'count-tokens'> = {
  name: 'gemini-count-tokens',
  task: 'count-tokens',
  address: 'path',
  requestBody: 'json',
  hub: {
    decodeRequest: decodeCount,
    encodeRequest: encodeCount,
    decodeReply(body) {
      const inputTokens = tokensOf(body)
      return inputTokens === undefined ? err(notACount(body)) : ok({ inputTokens })
    },
    encodeReply: ({ inputTokens }: TokenCount) => ({ value: { totalTokens: inputTokens }, warnings: [] }),
  },
  passesTo: (quirks) => !quirks.flatCountRequest,
  tap: () => tapCount((body) => (tokensOf(body) === undefined ? notACount(body) : undefined)),
  patchRequest,
  decodeError,
  encodeError,
}

function decodeCount(body: JsonObject): Result<ChatCall, GatewayError> {
  const request = camelCased(body)
  return decodeRequest(asObject(request.generateContentRequest) ?? request)
}

const COUNTED_BY_VERTEX: ReadonlySet<string> = new Set(['contents', 'systemInstruction', 'tools', 'generationConfig'])

/** The short form where it says everything: only it is known to every version of the API. */
function encodeCount(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const { value, warnings } = encodeRequest(countedCall(call), quirks)
  // What else stands in a request is no part of its prompt.
  if (quirks.flatCountRequest) {
    const counted = Object.entries(value).filter(([field]) => COUNTED_BY_VERTEX.has(field))
    return { value: Object.fromEntries(counted), warnings }
  }
  const isShort = Object.keys(value).every((field) => field === 'contents')
  return { value: isShort ? value : { generateContentRequest: { model: `models/${call.model}`, ...value } }, warnings }
}

/** The model stands in the path, and again in the long form. */
function patchRequest(body: JsonObject, model: string): Record<string, Json> {
  const name = body.generate_content_request === undefined ? 'generateContentRequest' : 'generate_content_request'
  const request = asObject(body[name])
  return request?.model === undefined ? {} : { [name]: { ...request, model: `models/${model}` } }
}

function tokensOf(body: Json): number | undefined {
  return isErrorBody(body) ? undefined : statedCount(asObject(body)?.totalTokens)
}

function notACount(body: Json): GatewayError {
  if (isErrorBody(body)) return errorOfBody(body, undefined)
  return gatewayError('upstream-error', 'The provider answered without totalTokens.', { origin: 'upstream' })
}
