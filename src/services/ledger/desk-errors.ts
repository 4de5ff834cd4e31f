/** Why an isolate admits no call when it cannot reach an account. */

import { gatewayError } from '../../ground/error.ts'

/** No call is made that nobody can account for. */
export const UNREACHABLE = gatewayError(
  'unavailable',
  'The ledger cannot be reached, so this call could not be accounted for and was not made. Try again in a few seconds.',
  { retryAfterMs: 1000 },
)

/** Earlier calls cannot be looked up. */
export const UNREADABLE = gatewayError(
  'unavailable',
  'The ledger cannot be reached, so nobody can say whose earlier reply or file this call names. Try again in a few seconds.',
  { retryAfterMs: 1000 },
)

/** The isolate's memory for unsettled calls is full. */
export const BACKLOG = gatewayError(
  'unavailable',
  'Too many calls wait to be written to the ledger, so this one was not made. Try again in a few seconds.',
  { retryAfterMs: 1000 },
)
