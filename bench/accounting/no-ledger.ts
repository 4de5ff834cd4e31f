/** Takes the ledger's place in the worker that shows what a call costs without one: nothing is admitted, held or written. */

import { ok } from '../../src/ground/result.ts'
import type { LedgerWriter } from '../../src/services/ledger/ledger-writer.ts'
import type { Slot } from '../../src/services/ledger/slot.ts'

/** Under the name of what it replaces. */
export function createLedgerWriter(): LedgerWriter {
  let calls = 0
  const slot = (): Slot => ({
    requestId: `req_bench_${calls++}`,
    hold: () => {
      throw new Error('no limits are measured without a ledger')
    },
    settle: () => undefined,
  })
  return { admit: slot, find: async () => ok([]), flush: async () => 0 }
}
