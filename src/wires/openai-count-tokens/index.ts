/** The openai-count-tokens wire: how many tokens a Responses request has. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok } from '../../ground/result.ts'
import type { TokenCount } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { countedCall } from '../counted-call.ts'
import { decodeError, errorOfBody } from '../openai-chat/decode-error.ts'
import { encodeError } from '../openai-chat/encode-error.ts'
import { openaiResponses } from '../openai-responses/index.ts'
import type { Quirks } from '../quirks.ts'
import { tapCount } from '../tap-count.ts'
import { statedCount } from '../task-tap.ts'
import type { HubTaskWire } from '../task-wire.ts'

/** A request is that of Responses, without what only steers the answer; the reply is one number. */
export const openaiCountTokens: HubTaskWire<'count-tokens'> = {
  name: 'openai-count-tokens',
  task: 'count-tokens',
  address: 'body',
  requestBody: 'json',
  hub: {
    decodeRequest: openaiResponses.decodeRequest,
    encodeRequest: encodeCount,
    decodeReply(body) {
      const inputTokens = tokensOf(body)
      return inputTokens === undefined ? err(notACount(body)) : ok({ inputTokens })
    },
    encodeReply: ({ inputTokens }: TokenCount) => ({
      value: { object: 'response.input_tokens', input_tokens: inputTokens },
      warnings: [],
    }),
  },
  tap: () => tapCount((body) => (tokensOf(body) === undefined ? notACount(body) : undefined)),
  patchRequest: (_body, model) => ({ model }),
  decodeError,
  encodeError,
}

/** What a count takes of a Responses request; it refuses the rest. */
const COUNTED = [
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'text',
  'truncation',
  'conversation',
  'previous_response_id',
  'personality',
]

function encodeCount(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const { value, warnings } = openaiResponses.encodeRequest(countedCall(call), quirks)
  const body: JsonObject = {}
  for (const field of COUNTED) if (value[field] !== undefined) body[field] = value[field]
  return { value: body, warnings }
}

function tokensOf(body: Json): number | undefined {
  return statedCount(asObject(body)?.input_tokens)
}

function notACount(body: Json): GatewayError {
  if ((asObject(body)?.error ?? null) !== null) return errorOfBody(body, undefined)
  return gatewayError('upstream-error', 'The provider answered without input_tokens.', { origin: 'upstream' })
}
