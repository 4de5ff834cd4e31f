/** The bedrock-count-tokens wire: how many tokens a Converse request has. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { TokenCount } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { decodeError, errorOfException } from '../bedrock-converse/decode-error.ts'
import { decodeRequest } from '../bedrock-converse/decode-request.ts'
import { encodeError } from '../bedrock-converse/encode-error.ts'
import { encodeRequest } from '../bedrock-converse/encode-request.ts'
import { countedCall } from '../counted-call.ts'
import type { Quirks } from '../quirks.ts'
import { tapCount } from '../tap-count.ts'
import { statedCount } from '../task-tap.ts'
import type { HubTaskWire } from '../task-wire.ts'

/** A request is that of Converse inside `input.converse`; the model is in the URL; the reply is one number. */
export const bedrockCountTokens: HubTaskWire<'count-tokens'> = {
  name: 'bedrock-count-tokens',
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
    encodeReply: ({ inputTokens }: TokenCount) => ({ value: { inputTokens }, warnings: [] }),
  },
  tap: () => tapCount((body) => (tokensOf(body) === undefined ? notACount(body) : undefined)),
  patchRequest: () => ({}),
  decodeError,
  encodeError,
}

/** The other form, `input.invokeModel`, holds a body of any vendor's own making: only Bedrock itself can count that. */
function decodeCount(body: JsonObject): Result<ChatCall, GatewayError> {
  const converse = asObject(asObject(body.input)?.converse)
  if (converse) return decodeRequest(converse)
  const message = 'input.converse: is required and must be a Converse request'
  return err(gatewayError('invalid-request', message, { param: 'input.converse' }))
}

/** What a count takes of a Converse request. */
const COUNTED = ['messages', 'system', 'toolConfig', 'additionalModelRequestFields']

function encodeCount(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const { value, warnings } = encodeRequest(countedCall(call), quirks)
  const converse: JsonObject = {}
  for (const field of COUNTED) if (value[field] !== undefined) converse[field] = value[field]
  const uncounted = value.outputConfig === undefined ? [] : [FORMAT_NOT_COUNTED]
  return {
    value: { input: { converse } },
    warnings: [...warnings.filter(({ feature }) => feature !== 'max_tokens'), ...uncounted],
  }
}

const FORMAT_NOT_COUNTED = {
  feature: 'response_format',
  effect: 'dropped',
  detail: 'Bedrock counts a request without the format of its answer.',
} as const

function tokensOf(body: Json): number | undefined {
  return statedCount(asObject(body)?.inputTokens)
}

function notACount(body: Json): GatewayError {
  const { message } = asObject(body) ?? {}
  if (typeof message === 'string') return errorOfException('', body)
  return gatewayError('upstream-error', 'The provider answered without inputTokens.', { origin: 'upstream' })
}
