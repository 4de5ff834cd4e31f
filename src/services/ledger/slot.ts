/** The right to make one call, and the duty to settle it. */

import type { LedgerRow } from '../../ports/accounts.ts'

/** Keeps a request's context alive until the promise has settled. */
export type WaitUntil = (promise: Promise<unknown>) => void

export interface Slot {
  readonly requestId: string
  /** Writes the one row of this call; later calls do nothing. */
  settle(row: Omit<LedgerRow, 'requestId'>): void
}
