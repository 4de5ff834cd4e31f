/** Why a call with an idempotency key is refused. */

import { gatewayError } from '../../ground/error.ts'

const param = 'Idempotency-Key'

export const BAD_KEY = gatewayError(
  'invalid-request',
  'The header Idempotency-Key must be 1 to 255 visible characters. Use a fresh UUID for each call and the same one when you repeat it.',
  { param, code: 'idempotency_key_invalid' },
)

export const USED_OTHERWISE = gatewayError(
  'unprocessable',
  'This Idempotency-Key was used with another body, path or route within the last 24 hours. Use a new key for a new call.',
  { param, code: 'idempotency_key_reused' },
)

export const STILL_RUNNING = gatewayError(
  'conflict',
  'The first call with this Idempotency-Key is still running. Repeat the call in a few seconds to get its answer.',
  { param, code: 'idempotency_in_progress', retryable: true, retryAfterMs: 2000 },
)

export const NOT_KEPT = gatewayError(
  'conflict',
  'The first call with this Idempotency-Key was answered, and its answer was too large to keep (over 1 MiB), so it cannot be shown again. Use a new key to make the call again.',
  { param, code: 'idempotency_answer_not_kept' },
)

/** Whether the call was made before, nobody can say, and it is not made twice. */
export const REPLIES_UNREACHABLE = gatewayError(
  'unavailable',
  'Nobody can say now whether this Idempotency-Key was used before, so the call was not made. Try again in a few seconds.',
  { param, retryAfterMs: 1000 },
)
