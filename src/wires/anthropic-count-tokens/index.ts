/** The anthropic-count-tokens wire: how many tokens a Messages request has. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { gatewayError } from '../../ground/error.ts'
import { asObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok } from '../../ground/result.ts'
import type { TokenCount } from '../../ground/tasks.ts'
import type { Encoded } from '../../ground/warning.ts'
import { decodeError, errorOfBody } from '../anthropic-messages/decode-error.ts'
import { decodeRequest } from '../anthropic-messages/decode-request.ts'
import { encodeError } from '../anthropic-messages/encode-error.ts'
import { encodeRequest } from '../anthropic-messages/encode-request.ts'
import { countedCall } from '../counted-call.ts'
import type { Quirks } from '../quirks.ts'
import { tapCount } from '../tap-count.ts'
import { statedCount } from '../task-tap.ts'
import type { HubTaskWire } from '../task-wire.ts'

/** A request is that of Messages, without an output limit; the reply is one number. */
export const anthropicCountTokens: HubTaskWire<'count-tokens'> = {
  name: 'anthropic-count-tokens',
  task: 'count-tokens',
  address: 'body',
  requestBody: 'json',
  hub: {
    decodeRequest,
    encodeRequest: encodeCount,
    decodeReply(body) {
      const inputTokens = tokensOf(body)
      return inputTokens === undefined ? err(notACount(body)) : ok({ inputTokens })
    },
    encodeReply: ({ inputTokens }: TokenCount) => ({ value: { input_tokens: inputTokens }, warnings: [] }),
  },
  tap: () => tapCount((body) => (tokensOf(body) === undefined ? notACount(body) : undefined)),
  patchRequest: (_body, model) => ({ model }),
  decodeError,
  encodeError,
}

function encodeCount(call: ChatCall, quirks: Quirks): Encoded<JsonObject> {
  const { value, warnings } = encodeRequest(countedCall(call), quirks)
  const { max_tokens: _, ...body } = value
  return { value: body, warnings: warnings.filter(({ feature }) => feature !== 'max_tokens') }
}

function tokensOf(body: Json): number | undefined {
  return statedCount(asObject(body)?.input_tokens)
}

function notACount(body: Json) {
  if ((asObject(body)?.error ?? null) !== null) return errorOfBody(body, undefined)
  return gatewayError('upstream-error', 'The provider answered without input_tokens.', { origin: 'upstream' })
}
