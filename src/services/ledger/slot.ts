/** The right to make one call, and the duty to settle it. */

import type { Result } from '../../ground/result.ts'
import type { LedgerRow } from '../../ports/accounts.ts'
import type { Held, Need } from './lease-credit.ts'

/** Keeps a request's context alive until the promise has settled. */
export type WaitUntil = (promise: Promise<unknown>) => void

/** Why no credit was held: a counter has too little left, or nobody can say. */
export type NoCredit =
  | { readonly reason: 'used-up'; readonly need: Need; readonly known: { spent: number; reserved: number } | undefined }
  | { readonly reason: 'unreachable' }

export interface Slot {
  readonly requestId: string
  /**
   * Holds what a call may use of its limits: at once when the isolate has the credit, else after one question to the
   * account. `strict`: always asks, so that the hold is stored before the call is made. Settle before the row.
   */
  hold(needs: readonly Need[], strict: boolean): Held | Promise<Result<Held, NoCredit>>
  /** Writes the one row of this call; later calls do nothing. */
  settle(row: Omit<LedgerRow, 'requestId'>): void
}
